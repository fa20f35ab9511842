// SpanPool: spans of whole pages over a page source, for allocators that cut spans up themselves.
// Every span opens with a PageSpan, which the owner may continue with a header of its own.
//
//     | lead | span, used | span, free | span, used |     a chunk: what the source gave at once
//     ^      ^ page                                 ^ page
//
// Invariants, checked by Check:
//   - All spans are on one list by address. They tile each chunk, apart from its lead: the bytes
//     before its first page boundary.
//   - The free spans are on a second list, by address. No two of them are neighbours in a chunk.
//   - Beyond three quarters of Pages::kRetainBytes, free spans go back to the source: any of them,
//     highest first, where it takes back any run of pages, and otherwise those that come to lie at
//     the end of the last chunk. The last quarter is for empty spans that the owner keeps.
//
// Costs: Take is first fit, O(free spans). Give is O(1) beside a free neighbour, and otherwise
// O(free spans) to keep their order. A chunk costs a call or two of the source; one between others
// also O(spans); below or above all others it is O(1).

#ifndef ALLOCLAB_ALLOCATOR_SPAN_POOL_H_
#define ALLOCLAB_ALLOCATOR_SPAN_POOL_H_

#include <algorithm>
#include <cstdint>
#include <new>

#include "allocator/allocator.h"
#include "allocator/pages/page_source.h"

namespace alloclab {

struct PageSpan {
  enum class State : std::uint8_t { kFree, kSlab, kLarge };  // the last two are the owner's

  PageSpan* prev;  // by address
  PageSpan* next;
  PageSpan* prev_listed;  // while free the pool's, otherwise the owner's
  PageSpan* next_listed;
  std::size_t bytes;
  std::uint16_t lead;  // less than a page
  State state;
  bool starts_chunk;
  std::uint8_t size_class;  // the owner's
  std::uint16_t used;       // the owner's

  std::byte* begin() { return reinterpret_cast<std::byte*>(this); }
  const std::byte* begin() const { return reinterpret_cast<const std::byte*>(this); }
  std::byte* end() { return begin() + bytes; }
  const std::byte* end() const { return begin() + bytes; }
  bool is_free() const { return state == State::kFree; }
};
static_assert(sizeof(PageSpan) == 48);

template <PageSource Pages>
class SpanPool {
 public:
  static constexpr std::size_t kPageBytes = 4096;
  static constexpr std::size_t kRetainBytes = Pages::kRetainBytes / 4 * 3;

  explicit SpanPool(Pages& pages) noexcept : pages_(&pages) {}
  SpanPool(const SpanPool&) = delete;
  SpanPool& operator=(const SpanPool&) = delete;
  // Highest chunk first, as a source that takes back only its top needs it.
  ~SpanPool() {
    std::byte* end = last_ == nullptr ? nullptr : last_->end();
    for (PageSpan* span = last_; span != nullptr;) {
      PageSpan* before = span->prev;
      std::byte* end_before = before == nullptr ? nullptr : before->end();
      if (span->starts_chunk) {
        std::byte* begin = span->begin() - span->lead;
        pages_->Release({begin, static_cast<std::size_t>(end - begin)});
        end = end_before;
      }
      span = before;
    }
  }

  // A span of `bytes` bytes, a multiple of the page, that begins `offset` bytes before a multiple
  // of `alignment` (both multiples of the page); or null. The lowest that fits. Its state is the
  // caller's to set before the next call.
  PageSpan* Take(std::size_t bytes, std::size_t alignment, std::size_t offset = 0) noexcept {
    const Request request{bytes, alignment, offset};
    if (bytes > kMaxRequestBytes || alignment > kMaxRequestBytes) return nullptr;
    PageSpan* span = Find(request);
    if (span == nullptr) {
      if (!Grow(request)) return nullptr;
      span = Find(request);
      if (span == nullptr) return nullptr;
    }
    const std::size_t lead = request.LeadAt(span->begin());
    if (lead != 0) span = SplitFree(span, lead);
    if (span->bytes != bytes) SplitFree(span, bytes);
    Unlist(span);
    free_bytes_ -= bytes;
    return span;
  }

  //   free | span | free   ->  [       free       ]
  void Give(PageSpan* span) noexcept {
    span->state = PageSpan::State::kFree;
    free_bytes_ += span->bytes;
    PageSpan* next = FreeAfter(span);
    PageSpan* prev = span->starts_chunk || !span->prev->is_free() ? nullptr : span->prev;
    if (next != nullptr) {
      PageSpan* before = next->prev_listed;
      Unlist(next);
      Absorb(span, next);
      if (prev == nullptr) ListAfter(before, span);
    } else if (prev == nullptr) {
      ListAfter(LastFreeBefore(span), span);
    }
    if (prev != nullptr) Absorb(prev, span);
    GiveBack();
  }

  // Gives all of a span in use beyond its first `bytes` bytes, a multiple of the page.
  void CutTail(PageSpan* span, std::size_t bytes) noexcept {
    if (span->bytes != bytes) Give(Split(span, bytes));
  }

  // Makes a span in use `bytes` long where it lies: into a free one behind, at the end of the last
  // chunk also into new memory. False, and nothing changed, when that is not to be had.
  bool Lengthen(PageSpan* span, std::size_t bytes) noexcept {
    if (bytes > kMaxRequestBytes) return false;
    const std::size_t missing = bytes - span->bytes;
    PageSpan* next = FreeAfter(span);
    const std::size_t have = next == nullptr ? 0 : next->bytes;
    if (have < missing) {
      if ((next == nullptr ? span : next) != last_ || !ExtendLast(missing - have)) return false;
      next = last_;
    }
    if (next->bytes != missing) SplitFree(next, missing);
    Unlist(next);
    free_bytes_ -= missing;
    Absorb(span, next);
    return true;
  }

  // Every span in address order.
  template <class Visitor>
  void ForEach(Visitor&& visit) const noexcept {
    for (const PageSpan* span = first_; span != nullptr; span = span->next) visit(*span);
  }

  Verdict Check() const noexcept {
    const PageSpan* before = nullptr;
    const PageSpan* free = free_first_;  // the next free span there must be
    const PageSpan* free_before = nullptr;
    std::size_t free_bytes = 0;
    std::size_t lead_bytes = 0;
    for (const PageSpan* span = first_; span != nullptr; span = span->next) {
      const Verdict verdict = CheckSpan(*span, before);
      if (!verdict.ok()) return verdict;
      if (span->is_free()) {
        if (span != free) return {"the list of free spans is not the free spans in order", span};
        if (span->prev_listed != free_before) return {"a free span's link back is wrong", span};
        free_bytes += span->bytes;
        free_before = span;
        free = span->next_listed;
      }
      lead_bytes += span->lead;
      before = span;
    }
    if (free != nullptr) return {"a span on the list of free ones is not free", free};
    if (free_before != free_last_ || before != last_) return {"the end of a list is wrong", before};
    if (free_bytes != free_bytes_) return {"the count of free bytes is wrong", nullptr};
    if (lead_bytes != lead_bytes_) return {"the count of lead bytes is wrong", nullptr};
    return {};
  }

 private:
  struct Request {
    std::size_t bytes;
    std::size_t alignment;
    std::size_t offset;

    // What must be left before the request in free memory that begins here.
    std::size_t LeadAt(const std::byte* begin) const {
      const auto at = reinterpret_cast<std::uintptr_t>(begin) + offset;
      return (alignment - at % alignment) % alignment;
    }
    bool FitsIn(const PageSpan* span) const {
      const std::size_t lead = LeadAt(span->begin());
      return lead <= span->bytes && bytes <= span->bytes - lead;
    }
  };

  static std::size_t WholePages(std::size_t bytes) { return bytes & ~(kPageBytes - 1); }
  // The bytes from `p` to the next page boundary.
  static std::size_t ToPage(const std::byte* p) {
    return (kPageBytes - reinterpret_cast<std::uintptr_t>(p) % kPageBytes) % kPageBytes;
  }
  // The free span right behind, in the same chunk, or null.
  static PageSpan* FreeAfter(PageSpan* span) {
    PageSpan* next = span->next;
    return next == nullptr || next->starts_chunk || !next->is_free() ? nullptr : next;
  }

  static Verdict CheckSpan(const PageSpan& span, const PageSpan* before) noexcept {
    if (span.prev != before) return {"a span's link back is wrong", &span};
    if (ToPage(span.begin()) != 0 || span.bytes == 0 || WholePages(span.bytes) != span.bytes) {
      return {"a span is not whole pages", &span};
    }
    if (before == nullptr) {
      return span.starts_chunk ? Verdict{} : Verdict{"the first span starts no chunk", &span};
    }
    if (span.begin() - span.lead < before->end()) return {"two spans overlap", &span};
    if (span.starts_chunk) return {};
    if (span.lead != 0) return {"a span has a lead in the middle of a chunk", &span};
    if (span.begin() != before->end()) return {"there is a gap between two spans", &span};
    if (span.is_free() && before->is_free()) return {"free spans were not merged", &span};
    return {};
  }

  PageSpan* Find(const Request& request) const noexcept {
    PageSpan* span = free_first_;
    while (span != nullptr && !request.FitsIn(span)) span = span->next_listed;
    return span;
  }

  void Link(PageSpan* before, PageSpan* after) noexcept {
    (before == nullptr ? first_ : before->next) = after;
    (after == nullptr ? last_ : after->prev) = before;
  }
  void LinkFree(PageSpan* before, PageSpan* after) noexcept {
    (before == nullptr ? free_first_ : before->next_listed) = after;
    (after == nullptr ? free_last_ : after->prev_listed) = before;
  }
  void ListAfter(PageSpan* before, PageSpan* span) noexcept {
    PageSpan* after = before == nullptr ? free_first_ : before->next_listed;
    LinkFree(before, span);
    LinkFree(span, after);
  }
  void Unlist(PageSpan* span) noexcept { LinkFree(span->prev_listed, span->next_listed); }
  PageSpan* LastFreeBefore(const PageSpan* span) const noexcept {
    PageSpan* before = free_last_;
    while (before != nullptr && before > span) before = before->prev_listed;
    return before;
  }

  // A free span on the list of all spans, but not yet on that of the free ones.
  PageSpan* MakeAfter(PageSpan* before, std::byte* begin, std::size_t bytes) noexcept {
    PageSpan* after = before == nullptr ? first_ : before->next;
    auto* span = new (begin) PageSpan{};
    span->bytes = bytes;
    Link(before, span);
    Link(span, after);
    return span;
  }
  //   [     span     ]  ->  [ span ][ rest ]
  PageSpan* Split(PageSpan* span, std::size_t bytes) noexcept {
    const std::size_t rest = span->bytes - bytes;
    span->bytes = bytes;
    return MakeAfter(span, span->end(), rest);
  }
  PageSpan* SplitFree(PageSpan* span, std::size_t bytes) noexcept {
    PageSpan* rest = Split(span, bytes);
    ListAfter(span, rest);
    return rest;
  }
  //   [ span ][ next ]  ->  [     span     ]
  void Absorb(PageSpan* span, PageSpan* next) noexcept {
    span->bytes += next->bytes;
    Link(span, next->next);
  }

  // Makes a free span that serves the request; false when the source refuses.
  [[gnu::noinline]] bool Grow(const Request& request) noexcept {
    if constexpr (!kTakesBackAnyRun<Pages>) {
      if (last_ != nullptr) {
        // What is free at the end counts, from where the request can begin in it.
        const std::byte* base = last_->is_free() ? last_->begin() : last_->end();
        const auto have = static_cast<std::size_t>(last_->end() - base);
        if (ExtendLast(request.LeadAt(base) + request.bytes - have)) return true;
      }
    }
    const std::size_t wanted = std::max(request.bytes, Pages::kGranuleBytes);
    Span span = pages_->Acquire(wanted + request.alignment);
    if (span.empty()) span = pages_->Acquire(request.bytes + request.alignment);
    return !span.empty() && AddChunk(span, request);
  }

  // Appends at least `bytes` free bytes to the last chunk.
  bool ExtendLast(std::size_t bytes) noexcept {
    std::byte* end = last_->end();
    const std::size_t added = pages_->Extend(end, bytes);
    const std::size_t whole = WholePages(added);
    if (added != whole && !pages_->Release({end + whole, added - whole})) {
      pages_->Release({end, added});
      return false;
    }
    if (whole == 0) return false;
    free_bytes_ += whole;
    if (last_->is_free()) {
      last_->bytes += whole;
    } else {
      ListAfter(free_last_, MakeAfter(last_, end, whole));
    }
    return true;
  }

  // Where any run of pages goes back, the source gets at once what lies before the place of the
  // request, and behind what was wanted: an alignment costs no memory.
  bool AddChunk(Span given, const Request& request) noexcept {
    std::size_t lead = ToPage(given.begin);
    std::size_t bytes = WholePages(given.bytes - lead);
    if constexpr (kTakesBackAnyRun<Pages>) {
      const std::size_t unused = request.LeadAt(given.begin);
      if (unused != 0 && pages_->Release({given.begin, unused})) {
        given = {given.begin + unused, given.bytes - unused};
        bytes = given.bytes;
      }
      const std::size_t wanted =
          request.LeadAt(given.begin) + std::max(request.bytes, Pages::kGranuleBytes);
      if (bytes > wanted && pages_->Release({given.begin + wanted, bytes - wanted})) {
        given.bytes = bytes = wanted;
      }
    }
    const std::size_t behind = given.bytes - lead - bytes;
    if (behind != 0 && !pages_->Release({given.end() - behind, behind})) {
      pages_->Release(given);
      return false;
    }
    std::byte* begin = given.begin + lead;
    // The low end first: mmap places each chunk below all others.
    PageSpan* before = first_ == nullptr || begin < first_->begin() ? nullptr : last_;
    while (before != nullptr && before->begin() > begin) before = before->prev;
    PageSpan* span = MakeAfter(before, begin, bytes);
    span->starts_chunk = true;
    span->lead = static_cast<std::uint16_t>(lead);
    ListAfter(LastFreeBefore(span), span);
    free_bytes_ += bytes;
    lead_bytes_ += lead;
    return true;
  }

  bool HoldsTooMuch() const { return free_bytes_ + lead_bytes_ > kRetainBytes; }

  void GiveBack() noexcept {
    if constexpr (kTakesBackAnyRun<Pages>) {
      for (PageSpan* span = free_last_; span != nullptr && free_bytes_ > kRetainBytes;) {
        PageSpan* before = span->prev_listed;
        // A system that has too many mappings refuses the next one as well.
        if (!Release(span)) return;
        span = before;
      }
    } else {
      while (last_ != nullptr && last_->is_free() && HoldsTooMuch()) {
        if (!(last_->starts_chunk ? Release(last_) : TrimLast())) return;
      }
    }
  }

  // Returns a free span with its lead, or says false.
  bool Release(PageSpan* span) noexcept {
    // Read now: there is no memory to read from afterwards.
    const PageSpan gone = *span;
    if (!pages_->Release({span->begin() - gone.lead, gone.bytes + gone.lead})) return false;
    Forget(gone);
    lead_bytes_ -= gone.lead;
    if (gone.next != nullptr) gone.next->starts_chunk = true;
    return true;
  }
  void Forget(const PageSpan& gone) noexcept {
    free_bytes_ -= gone.bytes;
    LinkFree(gone.prev_listed, gone.next_listed);
    Link(gone.prev, gone.next);
  }

  // Returns the end of the last span, which is free, as far as it is worth a call. True when all of
  // the span went.
  bool TrimLast() noexcept {
    const PageSpan gone = *last_;
    const std::size_t surplus = gone.bytes - std::min(gone.bytes, kRetainBytes);
    if (surplus < Pages::kGranuleBytes) return false;
    if (!pages_->Release({last_->end() - surplus, surplus})) return false;
    if (surplus == gone.bytes) {
      Forget(gone);
      return true;
    }
    last_->bytes -= surplus;
    free_bytes_ -= surplus;
    return false;
  }

  Pages* pages_;
  PageSpan* first_ = nullptr;
  PageSpan* last_ = nullptr;
  PageSpan* free_first_ = nullptr;
  PageSpan* free_last_ = nullptr;
  std::size_t free_bytes_ = 0;
  std::size_t lead_bytes_ = 0;
};

}  // namespace alloclab

#endif  // ALLOCLAB_ALLOCATOR_SPAN_POOL_H_
