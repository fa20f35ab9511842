/* What the labs' own config.h tells a solution, for those that ask. */
#ifndef ALLOCLAB_LAB_CONFIG_H
#define ALLOCLAB_LAB_CONFIG_H

#ifndef ALIGNMENT
#define ALIGNMENT 16
#endif
#ifndef MAX_HEAP
#define MAX_HEAP (100 * (1 << 20))
#endif

#endif
