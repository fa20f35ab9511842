// A heap without an operating system: tlsf over a static buffer, as firmware would use it. Every
// call takes a bounded number of steps, and when the buffer is full the answer is null.
//
// The object file of this program asks for nothing but memcpy and memset: a test looks.

#include <array>
#include <cstddef>

#include "allocator/malloc_api.h"
#include "allocator/pages/buffer_pages.h"
#include "allocator/variants/tlsf.h"

namespace {

alignas(16) std::array<std::byte, 64 * 1024> buffer;

// A queue of messages of different lengths: what is put in comes out in order, with its bytes.
struct Message {
  Message* next;
  unsigned char bytes;
  unsigned char text[];
};

using Heap = alloclab::Tlsf<alloclab::BufferPages>;

Message* MakeMessage(Heap& heap, unsigned char bytes) {
  auto* message = static_cast<Message*>(alloclab::Malloc(heap, sizeof(Message) + bytes));
  if (message == nullptr) return nullptr;
  message->next = nullptr;
  message->bytes = bytes;
  for (unsigned i = 0; i < bytes; ++i) message->text[i] = bytes;
  return message;
}

bool IsIntact(const Message& message) {
  for (unsigned i = 0; i < message.bytes; ++i) {
    if (message.text[i] != message.bytes) return false;
  }
  return true;
}

}  // namespace

// 0 when all went well; else the number of the step that did not.
int main() {
  alloclab::BufferPages pages(buffer);
  Heap heap(pages);

  // Fill it until it refuses, which it must not do while half of it is unused.
  Message* first = nullptr;
  Message** last = &first;
  std::size_t stored = 0;
  for (unsigned length = 0;; length = (length * 7 + 13) % 256) {
    Message* message = MakeMessage(heap, static_cast<unsigned char>(length));
    if (message == nullptr) break;
    *last = message;
    last = &message->next;
    stored += sizeof(Message) + length;
  }
  if (stored < buffer.size() / 2) return 1;

  // Take all out again: nothing may be damaged, and everything goes back.
  while (first != nullptr) {
    Message* message = first;
    if (!IsIntact(*message)) return 2;
    first = message->next;
    alloclab::Free(heap, message);
  }
  if (pages.BytesHeld() != 0) return 3;

  // And it serves again: one block of nearly all of it.
  void* whole = alloclab::Calloc(heap, 1, buffer.size() - 1024);
  if (whole == nullptr) return 4;
  alloclab::Free(heap, whole);
  return 0;
}
