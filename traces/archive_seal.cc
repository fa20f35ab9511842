#include "traces/archive_seal.h"

#include <string>
#include <string_view>

#include "traces/archive_format.h"
#include "traces/crc32c.h"
#include "traces/little_endian.h"

namespace alloclab {
namespace {

class Sealer {
 public:
  explicit Sealer(std::span<std::uint8_t> bytes)
      : begin_(reinterpret_cast<char*>(bytes.data())), size_(bytes.size()) {}

  void Seal() {
    if (!StartsWith(kArchiveMagic) || size_ < kHeaderBytes) return;
    const auto metadata = Load<std::uint32_t>(48);
    Store(56, std::uint32_t{0});
    if (metadata <= size_ - kHeaderBytes) Store(52, Crc32c(Part(kHeaderBytes, metadata)));
    Store(60, Crc32c(Part(0, 60)));
    if (metadata > size_ - kHeaderBytes) return;
    at_ = kHeaderBytes + metadata;
    while (SealBlock()) {
    }
    SealIndex();
  }

 private:
  std::size_t left() const { return size_ - at_; }
  std::string_view Part(std::size_t from, std::size_t bytes) const {
    return {begin_ + from, bytes};
  }
  bool StartsWith(std::string_view magic) const {
    return left() >= magic.size() && Part(at_, magic.size()) == magic;
  }
  template <class T>
  T Load(std::size_t from) const {
    return LoadLittleEndian<T>(begin_ + from);
  }
  template <class T>
  void Store(std::size_t to, T value) {
    StoreLittleEndian(begin_ + to, value);
  }

  // Seals the block that begins here, and goes behind it. False when none does, or not all of it.
  bool SealBlock() {
    if (!StartsWith(kBlockMagic) || left() < kBlockHeaderBytes) return false;
    const std::size_t header = BlockHeaderSize(Part(at_, kBlockHeaderBytes));
    if (header == 0 || header > left()) return false;
    const std::size_t begin = at_;
    Store(begin + 16, events_);
    index_entries_ += std::string(sizeof(std::uint64_t), '\0');
    StoreLittleEndian(index_entries_.data() + index_entries_.size() - sizeof(std::uint64_t),
                      std::uint64_t{begin});
    index_entries_ += Part(begin + 16, 16);
    events_ += Load<std::uint32_t>(begin + 12);
    ++blocks_;
    at_ += header;
    for (std::size_t entry = begin + kBlockHeaderBytes; entry != begin + header;
         entry += kColumnEntryBytes) {
      const auto stored = Load<std::uint32_t>(entry + 8);
      if (stored > left()) {
        at_ = size_;
        break;
      }
      Store(entry + 12, Crc32c(Part(at_, stored)));
      at_ += stored;
    }
    Store(begin + 4, Crc32c(Part(begin + 8, header - 8)));
    return true;
  }

  void SealIndex() {
    const std::string index = EncodeIndexHeader(blocks_) + index_entries_;
    if (!StartsWith(kIndexMagic) || left() < index.size() + kIndexTailBytes) return;
    const std::string sealed = index + EncodeIndexTail(events_, at_, Crc32c(index));
    sealed.copy(begin_ + at_, sealed.size());
  }

  char* begin_;
  std::size_t size_;
  std::size_t at_ = 0;
  std::uint64_t blocks_ = 0;
  std::uint64_t events_ = 0;
  std::string index_entries_;
};

}  // namespace

void SealArchive(std::span<std::uint8_t> bytes) { Sealer(bytes).Seal(); }

}  // namespace alloclab
