/* The heap that a solution takes its memory from: it begins empty, grows at its end, up to the size
 * that the grader was given, and never shrinks. Its first byte lies on the beginning of a page.
 */
#ifndef ALLOCLAB_LAB_MEMLIB_H
#define ALLOCLAB_LAB_MEMLIB_H

#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Makes the heap `increment` bytes larger and returns where the new part begins; what is in it is
 * not zero. (void*)-1 and errno = ENOMEM when there is no room, or `increment` is negative. */
void* mem_sbrk(intptr_t increment);
/* The first byte of the heap, and its last one. */
void* mem_heap_lo(void);
void* mem_heap_hi(void);
/* Bytes of the heap, and of a page of the system. */
size_t mem_heapsize(void);
size_t mem_pagesize(void);

/* For the labs' own drivers. The heap is there already, so these have nothing to do; the last makes
 * it empty again. */
void mem_init(void);
void mem_deinit(void);
void mem_reset_brk(void);

/* Newer labs have these in place of the C library's. */
void* mem_memcpy(void* to, const void* from, size_t bytes);
void* mem_memset(void* to, int value, size_t bytes);

#ifdef __cplusplus
}
#endif

#endif
