/* What a malloc lab's solution defines. Compiled with DRIVER defined, as the labs' own drivers do it;
 * a solution may use the names of the C library and rename them under DRIVER.
 *
 * mm_init returns 0, or less than 0 when there is no heap; in the labs of newer years it is a bool,
 * true when all is well. Which of them a solution has is seen in its source. mm_realloc, mm_calloc
 * and mm_checkheap may be left out.
 */
#ifndef ALLOCLAB_LAB_MM_H
#define ALLOCLAB_LAB_MM_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifdef ALLOCLAB_INIT_IS_BOOL
bool mm_init(void);
#else
int mm_init(void);
#endif
void* mm_malloc(size_t size);
void mm_free(void* ptr);
void* mm_realloc(void* ptr, size_t size);
void* mm_calloc(size_t count, size_t size);

/* Who wrote it; nobody asks here. */
typedef struct {
  const char* teamname;
  const char* name1;
  const char* id1;
  const char* name2;
  const char* id2;
} team_t;

extern team_t team;

#ifdef __cplusplus
}
#endif

#endif
