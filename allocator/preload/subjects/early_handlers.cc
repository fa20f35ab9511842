// A library that is initialised before the program calls malloc for the first time, and registers
// handlers for fork right then. They do what such handlers are for: hold a lock of the library's
// across the fork, one that other threads hold while they allocate. And they allocate themselves.

#include <pthread.h>

#include <cstdlib>

namespace {

pthread_mutex_t books = PTHREAD_MUTEX_INITIALIZER;

void Allocate() { std::free(std::malloc(100)); }

void Before() {
  Allocate();
  pthread_mutex_lock(&books);
  Allocate();
}
void After() {
  Allocate();
  pthread_mutex_unlock(&books);
}

[[gnu::constructor]] void Register() { pthread_atfork(Before, After, After); }

}  // namespace

extern "C" [[gnu::visibility("default")]] void AlloclabWorkOnBooks() {
  pthread_mutex_lock(&books);
  for (int i = 0; i < 50; ++i) Allocate();
  pthread_mutex_unlock(&books);
}
