#include "traces/recorder/preload/image_file.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "traces/recorder/clock.h"

namespace alloclab::recorder {

std::uint64_t clock_base = 0;
bool exact_stamps = false;

namespace {

constinit std::atomic<std::uint32_t> never{0};

}  // namespace

constinit const std::atomic<std::uint32_t>* paused = &never;

namespace {

// Linux 5.14: touches pages for writing and reports a full disk, where a plain store would raise
// SIGBUS. Older kernels answer EINVAL, and the pages are then made by the stores.
constexpr int kPopulateWrite = 23;

constexpr std::size_t kPathMax = 4096;
char folder[kPathMax];
char log_path[kPathMax];
char modules_path[kPathMax];
RunHeader* run = nullptr;

class SpinLock {
 public:
  explicit SpinLock(std::atomic_flag& flag) : flag_(flag) {
    while (flag_.test_and_set(std::memory_order_acquire)) sched_yield();
  }
  ~SpinLock() { flag_.clear(std::memory_order_release); }
  SpinLock(const SpinLock&) = delete;
  SpinLock& operator=(const SpinLock&) = delete;

 private:
  std::atomic_flag& flag_;
};

std::atomic_flag slots_locked;
Slot free_slots[kSlotsMax];
std::size_t free_slot_count = 0;

char* AppendText(char* out, const char* text) {
  while (*text != '\0') *out++ = *text++;
  *out = '\0';
  return out;
}

char* AppendNumber(char* out, std::uint64_t number, int digits_min) {
  char digits[20];
  int count = 0;
  for (; number != 0 || count < digits_min; number /= 10) {
    digits[count++] = static_cast<char>('0' + number % 10);
  }
  while (count > 0) *out++ = digits[--count];
  *out = '\0';
  return out;
}

// FOLDER/IMAGE-PID.SUFFIX; BeginRun has made sure that there is room.
void MakePath(char* path, std::uint32_t image, const char* suffix) {
  char* out = AppendText(path, folder);
  out = AppendNumber(AppendText(out, "/"), image, 8);
  out = AppendNumber(AppendText(out, "-"), static_cast<std::uint64_t>(getpid()), 1);
  AppendText(out, suffix);
}

void* MapShared(const char* path, int flags, std::size_t grow_to, std::size_t bytes) {
  const int file = open(path, flags | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) return nullptr;
  void* memory = MAP_FAILED;
  if (grow_to == 0 || ftruncate(file, static_cast<off_t>(grow_to)) == 0) {
    memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, file, 0);
  }
  close(file);
  return memory == MAP_FAILED ? nullptr : memory;
}

bool Populate(std::byte* begin, std::size_t bytes) {
  return madvise(begin, bytes, kPopulateWrite) == 0 || errno == EINVAL;
}

// Reads up to `room` bytes of a file under /proc; at least 0.
std::size_t ReadFile(const char* path, char* out, std::size_t room) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  std::size_t bytes = 0;
  for (ssize_t got = 0; bytes < room; bytes += static_cast<std::size_t>(got)) {
    got = read(file, out + bytes, room - bytes);
    if (got <= 0) break;
  }
  close(file);
  return bytes;
}

void DescribeProcess(ImageHeader& image) {
  const ssize_t program = readlink("/proc/self/exe", image.program, sizeof(image.program) - 1);
  if (program < 0) image.program[0] = '\0';
  const std::size_t arguments =
      ReadFile("/proc/self/cmdline", image.arguments, sizeof(image.arguments));
  image.arguments_bytes = static_cast<std::uint32_t>(arguments);
  image.arguments_cut = arguments == sizeof(image.arguments) ? 1 : 0;
}

// Maps as many slots as the address space allows; a limit (ulimit -v) may forbid the full size.
ImageHeader* MapImage(const char* path, std::uint32_t* slots) {
  for (std::size_t count = kSlotsMax; count >= 4; count /= 16) {
    const int create = count == kSlotsMax ? O_CREAT | O_EXCL : 0;
    void* memory = MapShared(path, create, count * kSlotBytes, count * kSlotBytes);
    if (memory == nullptr && errno != ENOMEM && errno != EFBIG) return nullptr;
    *slots = static_cast<std::uint32_t>(count);
    if (memory != nullptr) return static_cast<ImageHeader*>(memory);
  }
  return nullptr;
}

// Of the first word of a record.
bool IsOfACall(std::uint64_t first) {
  const auto kind = static_cast<RecordKind>(first & 0xff & ~std::uint64_t{kLongFlag});
  return kind != RecordKind::kSite && !NamesThread(kind);
}

// Records of calls at or past byte `from` of the chunk.
std::uint64_t CountRecords(const std::byte* chunk, std::size_t bytes, std::size_t from) {
  std::uint64_t count = 0;
  for (std::size_t at = 0; at < bytes;) {
    std::uint64_t word = 0;
    std::memcpy(&word, chunk + at, sizeof(word));
    if (word != 0 && at >= from && IsOfACall(word)) ++count;
    std::uint64_t second = 0;
    std::memcpy(&second, chunk + at + sizeof(word), sizeof(second));
    at += RecordBytes(word, second);
  }
  return count;
}

// Bytes of the chunk that reached the .log file.
std::size_t WriteToLog(ImageHeader* image, const std::byte* chunk, std::size_t bytes) {
  if (run->log_bytes.fetch_add(bytes, std::memory_order_relaxed) + bytes > run->limit_bytes) {
    return 0;
  }
  const std::uint64_t place = image->log_chunks.fetch_add(1, std::memory_order_relaxed);
  const int file = open(log_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return 0;
  std::size_t done = 0;
  while (done < bytes) {
    const ssize_t wrote =
        pwrite(file, chunk + done, bytes - done, static_cast<off_t>(place * kChunkBytes + done));
    if (wrote <= 0) break;  // signals are blocked: this is a full disk, or a limit
    done += static_cast<std::size_t>(wrote);
  }
  close(file);
  return done;
}

std::atomic_flag modules_locked;

// The number at `text`, which is moved behind it.
std::uintptr_t ParseHex(const char*& text) {
  std::uintptr_t value = 0;
  for (;; ++text) {
    if (*text >= '0' && *text <= '9') {
      value = value * 16 + static_cast<std::uintptr_t>(*text - '0');
    } else if (*text >= 'a' && *text <= 'f') {
      value = value * 16 + static_cast<std::uintptr_t>(*text - 'a' + 10);
    } else {
      return value;
    }
  }
}

// The path of what is mapped at `address`, in `name` (of kPathMax bytes); "" when it is not found.
// The dynamic linker knows no name for the program, which need not be /proc/self/exe: it can be run
// through the linker.
const char* MappedAt(std::uintptr_t address, char* name) {
  name[0] = '\0';
  const int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  if (file < 0) return name;
  char part[256];
  std::size_t length = 0;
  for (ssize_t got = 0; (got = read(file, part, sizeof(part))) > 0;) {
    for (ssize_t i = 0; i < got; ++i) {
      if (part[i] != '\n') {
        if (length < kPathMax - 1) name[length++] = part[i];
        continue;
      }
      name[length] = '\0';
      length = 0;
      const char* rest = name;
      const std::uintptr_t begin = ParseHex(rest);
      if (address < begin || *rest++ != '-' || address >= ParseHex(rest)) continue;
      close(file);
      const char* path = std::strchr(name, '/');
      return path == nullptr ? "" : path;
    }
  }
  close(file);
  return "";
}

}  // namespace

void Say(const char* text) {
  // Nothing is left to be done when standard error cannot be written to.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text, std::strlen(text));
}

std::uint32_t RunSiteDepth() { return run == nullptr ? 0 : run->site_depth; }

void AppendModule(std::uint64_t stamp, const Code& code) {
  // Kept off the stack, which may be a small one of a signal handler's.
  static char line[kPathMax];
  static char name[kPathMax];
  const SpinLock lock(modules_locked);
  const char* path = code.path[0] == '\0' ? MappedAt(code.begin, name) : code.path;
  const bool is_relative = path[0] != '/' && std::strchr(path, '/') != nullptr;
  if (std::strlen(path) >= kPathMax / 2 || std::strchr(path, '\n') != nullptr) return;
  char* out = AppendText(AppendNumber(line, stamp, 1), " ");
  out = AppendText(AppendNumber(out, code.begin, 1), " ");
  out = AppendText(AppendNumber(out, code.end, 1), " ");
  out = AppendText(AppendNumber(out, code.moved_by, 1), " ");
  if (is_relative && getcwd(out, kPathMax / 4) != nullptr) {
    out = AppendText(out + std::strlen(out), "/");
  }
  out = AppendText(AppendText(out, path), "\n");
  const auto bytes = static_cast<std::size_t>(out - line);
  if (run->log_bytes.fetch_add(bytes, std::memory_order_relaxed) + bytes > run->limit_bytes) return;
  const int file = open(modules_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return;
  // What cannot be written leaves frames without a module.
  [[maybe_unused]] const ssize_t written = write(file, line, bytes);
  close(file);
}

bool BeginRun() {
  const char* name = std::getenv(kFolderVariable);
  if (name == nullptr) return false;
  char path[kPathMax];
  if (std::strlen(name) + 64 > kPathMax) return false;
  AppendText(folder, name);
  AppendText(AppendText(path, folder), "/run");
  auto* header = static_cast<RunHeader*>(MapShared(path, 0, 0, sizeof(RunHeader)));
  if (header == nullptr || header->magic != kRunMagic) {
    Say("alloclab record: cannot join the recording in ");
    Say(folder);
    Say("; this program is not recorded\n");
    return false;
  }
  run = header;
  clock_base = header->clock_base;
  exact_stamps = header->exact_stamps != 0;
  paused = &header->paused;
  return true;
}

ImageHeader* OpenImage(std::uint32_t parent_image, std::uint64_t fork_stamp) {
  const std::uint32_t number = run->images.fetch_add(1, std::memory_order_relaxed);
  char path[kPathMax];
  MakePath(path, number, ".live");
  std::uint32_t slots = 0;
  ImageHeader* image = MapImage(path, &slots);
  if (image == nullptr || !Populate(reinterpret_cast<std::byte*>(image), sizeof(ImageHeader))) {
    run->images_lost.fetch_add(1, std::memory_order_relaxed);
    return nullptr;
  }
  MakePath(log_path, number, ".log");
  MakePath(modules_path, number, ".modules");
  image->image = number;
  image->pid = getpid();
  image->parent_image = parent_image;
  image->slots = slots;
  image->fork_stamp = fork_stamp;
  image->start_stamp = ReadClock() - clock_base;
  image->start_wall_ns = SystemNanoseconds(CLOCK_REALTIME);
  image->slots_used.store(1, std::memory_order_relaxed);
  DescribeProcess(*image);
  std::atomic_ref<std::uint64_t>(image->magic).store(kImageMagic, std::memory_order_release);
  return image;
}

Slot TakeSlot(ImageHeader* image) {
  {
    const SpinLock lock(slots_locked);
    if (free_slot_count > 0) return free_slots[--free_slot_count];
  }
  const std::uint32_t number = image->slots_used.fetch_add(1, std::memory_order_relaxed);
  if (number >= image->slots) {
    image->slots_used.store(image->slots, std::memory_order_relaxed);
    return {};
  }
  Slot slot;
  slot.begin = reinterpret_cast<std::byte*>(image) + number * kSlotBytes;
  if (!WidenSlot(slot)) return {};
  return slot;
}

void GiveBackSlot(const Slot& slot) {
  const SpinLock lock(slots_locked);
  if (free_slot_count < kSlotsMax) free_slots[free_slot_count++] = slot;
}

bool WidenSlot(Slot& slot) {
  if (slot.ready == kChunkBytes) return false;
  std::size_t ready = slot.ready == 0 ? 4096 : slot.ready * 4;
  if (ready > kChunkBytes) ready = kChunkBytes;
  if (!Populate(slot.begin + slot.ready, ready - slot.ready)) return false;
  slot.ready = ready;
  return true;
}

void MoveToLog(ImageHeader* image, Slot& slot) {
  const std::size_t written = WriteToLog(image, slot.begin, slot.used);
  if (written < slot.used) {
    image->dropped.fetch_add(CountRecords(slot.begin, slot.used, written),
                             std::memory_order_relaxed);
  }
  auto* first_word = reinterpret_cast<std::uint64_t*>(slot.begin);
  std::atomic_ref<std::uint64_t>(*first_word).store(0, std::memory_order_relaxed);
  // The slot must be seen as empty before its contents go.
  std::atomic_thread_fence(std::memory_order_release);
  std::memset(slot.begin, 0, slot.used);
  slot.used = 0;
}

void ForgetSlots() {
  free_slot_count = 0;
  slots_locked.clear(std::memory_order_release);
  modules_locked.clear(std::memory_order_release);
}

}  // namespace alloclab::recorder
