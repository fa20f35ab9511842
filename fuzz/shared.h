// Shared<T>: a value that other processes made by fork write to, and that is read here, also when
// they have crashed.

#ifndef ALLOCLAB_FUZZ_SHARED_H_
#define ALLOCLAB_FUZZ_SHARED_H_

#include <sys/mman.h>

#include <cerrno>
#include <new>
#include <system_error>
#include <type_traits>

namespace alloclab {

template <class T>
  requires std::is_trivially_destructible_v<T>
class Shared {
 public:
  // Throws std::system_error.
  Shared()
      : memory_(
            mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    if (memory_ == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    new (memory_) T{};
  }
  ~Shared() { munmap(memory_, sizeof(T)); }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;

  T& operator*() const { return *static_cast<T*>(memory_); }
  T* operator->() const { return static_cast<T*>(memory_); }

 private:
  void* memory_;
};

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_SHARED_H_
