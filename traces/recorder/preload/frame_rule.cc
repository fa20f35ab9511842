#include "traces/recorder/preload/frame_rule.h"

#include <cstring>

namespace alloclab::recorder {
namespace {

// DWARF's numbers of x86-64 registers.
constexpr std::uint64_t kRbp = 6;
constexpr std::uint64_t kRsp = 7;
constexpr std::uint64_t kReturnAddress = 16;

template <class T>
T Load(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof(value));
  return value;
}

// Walks a part of the tables. Past its end everything is zero, and bad() says so.
class Reader {
 public:
  Reader(const std::byte* begin, const std::byte* end) : at_(begin), end_(end) {}

  bool empty() const { return at_ >= end_; }
  bool bad() const { return bad_; }
  const std::byte* at() const { return at_; }

  template <class T>
  T Take() {
    if (static_cast<std::size_t>(end_ - at_) < sizeof(T)) return Fail<T>();
    const T value = Load<T>(at_);
    at_ += sizeof(T);
    return value;
  }
  std::uint64_t Uleb() {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const auto byte = Take<std::uint8_t>();
      if (bad_ || shift > 63) return Fail<std::uint64_t>();
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if ((byte & 0x80) == 0) return value;
    }
  }
  std::int64_t Sleb() {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const auto byte = Take<std::uint8_t>();
      if (bad_ || shift > 63) return Fail<std::int64_t>();
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if ((byte & 0x80) != 0) continue;
      if ((byte & 0x40) != 0 && shift + 7 < 64) value |= ~std::uint64_t{0} << (shift + 7);
      return static_cast<std::int64_t>(value);
    }
  }
  void Skip(std::uint64_t bytes) {
    if (static_cast<std::uint64_t>(end_ - at_) < bytes) {
      Fail<int>();
    } else {
      at_ += bytes;
    }
  }

 private:
  template <class T>
  T Fail() {
    bad_ = true;
    at_ = end_;
    return T{};
  }

  const std::byte* at_;
  const std::byte* end_;
  bool bad_ = false;
};

// Encodings of pointers (DW_EH_PE_*).
enum : std::uint8_t {
  kAbsolute8 = 0x00,
  kUnsigned4 = 0x03,
  kSigned4 = 0x0b,
  kSigned8 = 0x0c,
  kFormatMask = 0x0f,
  kRelativeToHere = 0x10,
  kRelativeToHeader = 0x30,
  kOmitted = 0xff,
};

// A pointer as it is encoded, relative to nothing or to where it lies.
std::uintptr_t TakePointer(Reader& reader, std::uint8_t encoding) {
  const auto here = reinterpret_cast<std::uintptr_t>(reader.at());
  std::uintptr_t value = 0;
  switch (encoding & kFormatMask) {
    case kAbsolute8:
    case kSigned8:
      value = reader.Take<std::uint64_t>();
      break;
    case kUnsigned4:
      value = reader.Take<std::uint32_t>();
      break;
    case kSigned4:
      value = static_cast<std::uintptr_t>(std::int64_t{reader.Take<std::int32_t>()});
      break;
    default:
      reader.Skip(UINT64_MAX);
      return 0;
  }
  return (encoding & 0x70) == kRelativeToHere ? here + value : value;
}

// One record of .eh_frame: length, then as many bytes. Empty when it is none of the usual form.
Reader RecordAt(const std::byte* record) {
  const auto bytes = Load<std::uint32_t>(record);
  const std::byte* begin = record + sizeof(bytes);
  return bytes == UINT32_MAX ? Reader(begin, begin) : Reader(begin, begin + bytes);
}

// What is known at one place of a function.
struct Row {
  enum class Base : std::uint8_t { kUnknown, kRegister, kWord };
  Base base = Base::kUnknown;
  std::uint64_t cfa_register = 0;
  std::int64_t cfa_offset = 0;
  enum class Where : std::uint8_t { kSame, kSaved, kUnknown };
  Where rbp = Where::kSame;
  std::int64_t rbp_offset = 0;
  Where return_address = Where::kUnknown;
  std::int64_t return_offset = 0;
};

// What functions have in common (the CIE).
struct Common {
  bool good = false;
  std::uint64_t code_factor = 1;
  std::int64_t data_factor = 1;
  std::uint8_t pointer_encoding = kAbsolute8;
  bool has_augmentation_bytes = false;
  Reader instructions{nullptr, nullptr};
};

Common ReadCommon(const std::byte* record) {
  Common common;
  Reader reader = RecordAt(record);
  if (reader.Take<std::uint32_t>() != 0) return common;
  const auto version = reader.Take<std::uint8_t>();
  if (version != 1 && version != 3) return common;
  char augmentation[8] = {};
  std::size_t letters = 0;
  for (char letter = 0; (letter = reader.Take<char>()) != 0;) {
    if (letters == sizeof(augmentation) - 1) return common;
    augmentation[letters++] = letter;
  }
  common.code_factor = reader.Uleb();
  common.data_factor = reader.Sleb();
  const std::uint64_t return_register = version == 1 ? reader.Take<std::uint8_t>() : reader.Uleb();
  if (reader.bad() || return_register != kReturnAddress) return common;
  common.has_augmentation_bytes = augmentation[0] == 'z';
  if (letters != 0 && !common.has_augmentation_bytes) return common;
  const std::byte* after = nullptr;
  if (common.has_augmentation_bytes) {
    const std::uint64_t bytes = reader.Uleb();
    Reader rest = reader;
    reader.Skip(bytes);
    after = reader.at();
    for (const char* letter = augmentation + 1; *letter != 0; ++letter) {
      switch (*letter) {
        case 'R':
          common.pointer_encoding = rest.Take<std::uint8_t>();
          break;
        case 'P':
          TakePointer(rest, rest.Take<std::uint8_t>());
          break;
        case 'L':
          rest.Take<std::uint8_t>();
          break;
        case 'S':
          break;  // a signal's frame: its rules are expressions, where the walk ends by itself
        default:
          return common;
      }
    }
    if (rest.bad() || rest.at() > after) return common;
  }
  common.instructions = reader;
  common.good = !reader.bad();
  return common;
}

// Runs call frame instructions until the place looked for is reached.
class Interpreter {
 public:
  Interpreter(const Common& common, std::uintptr_t function, std::uintptr_t wanted)
      : common_(common), place_(function), wanted_(wanted) {}

  // False when something is not understood.
  bool Run(Reader reader) {
    while (!reader.empty() && place_ <= wanted_) {
      if (!Step(reader) || reader.bad()) return false;
    }
    return true;
  }
  void EndOfCommon() { initial_ = row_; }
  const Row& row() const { return row_; }

 private:
  static constexpr std::size_t kRowsRemembered = 8;

  void Advance(std::uint64_t steps) { place_ += steps * common_.code_factor; }

  void SetRule(std::uint64_t reg, Row::Where where, std::int64_t offset = 0) {
    if (reg == kRbp) {
      row_.rbp = where;
      row_.rbp_offset = offset;
    } else if (reg == kReturnAddress) {
      row_.return_address = where;
      row_.return_offset = offset;
    }
  }
  void Restore(std::uint64_t reg) {
    if (reg == kRbp) {
      row_.rbp = initial_.rbp;
      row_.rbp_offset = initial_.rbp_offset;
    } else if (reg == kReturnAddress) {
      row_.return_address = initial_.return_address;
      row_.return_offset = initial_.return_offset;
    }
  }
  void SetCfa(std::uint64_t reg, std::int64_t offset) {
    row_.base = Row::Base::kRegister;
    row_.cfa_register = reg;
    row_.cfa_offset = offset;
  }

  // Of the expressions only "the word at rbp + offset", which realigned stacks have.
  void SetCfaExpression(Reader& reader) {
    constexpr std::uint8_t kBaseRbp = 0x70 + kRbp;  // DW_OP_breg6
    constexpr std::uint8_t kDereference = 0x06;     // DW_OP_deref
    const std::uint64_t bytes = reader.Uleb();
    Reader expression = reader;
    reader.Skip(bytes);
    row_.base = Row::Base::kUnknown;
    if (expression.Take<std::uint8_t>() != kBaseRbp) return;
    const std::int64_t offset = expression.Sleb();
    if (expression.Take<std::uint8_t>() != kDereference || expression.at() != reader.at()) return;
    row_.base = Row::Base::kWord;
    row_.cfa_offset = offset;
  }

  bool Step(Reader& reader);
  bool Extended(std::uint8_t operation, Reader& reader);

  const Common& common_;
  std::uintptr_t place_;
  const std::uintptr_t wanted_;
  Row row_;
  Row initial_;
  Row remembered_[kRowsRemembered];
  std::size_t rows_remembered_ = 0;
};

bool Interpreter::Step(Reader& reader) {
  const auto byte = reader.Take<std::uint8_t>();
  const std::uint64_t low = byte & 0x3f;
  switch (byte >> 6) {
    case 1:  // DW_CFA_advance_loc
      Advance(low);
      return true;
    case 2:  // DW_CFA_offset
      SetRule(low, Row::Where::kSaved,
              static_cast<std::int64_t>(reader.Uleb()) * common_.data_factor);
      return true;
    case 3:  // DW_CFA_restore
      Restore(low);
      return true;
    default:
      return Extended(byte, reader);
  }
}

bool Interpreter::Extended(std::uint8_t operation, Reader& reader) {
  const auto scaled = [&](std::uint64_t factor) {
    return static_cast<std::int64_t>(factor) * common_.data_factor;
  };
  switch (operation) {
    case 0x00:  // DW_CFA_nop
      return true;
    case 0x01:  // DW_CFA_set_loc
      place_ = TakePointer(reader, common_.pointer_encoding);
      return true;
    case 0x02:  // DW_CFA_advance_loc1
      Advance(reader.Take<std::uint8_t>());
      return true;
    case 0x03:  // DW_CFA_advance_loc2
      Advance(reader.Take<std::uint16_t>());
      return true;
    case 0x04:  // DW_CFA_advance_loc4
      Advance(reader.Take<std::uint32_t>());
      return true;
    case 0x05: {  // DW_CFA_offset_extended
      const std::uint64_t reg = reader.Uleb();
      SetRule(reg, Row::Where::kSaved, scaled(reader.Uleb()));
      return true;
    }
    case 0x06:  // DW_CFA_restore_extended
      Restore(reader.Uleb());
      return true;
    case 0x07:  // DW_CFA_undefined
      SetRule(reader.Uleb(), Row::Where::kUnknown);
      return true;
    case 0x08:  // DW_CFA_same_value
      SetRule(reader.Uleb(), Row::Where::kSame);
      return true;
    case 0x09:  // DW_CFA_register
      SetRule(reader.Uleb(), Row::Where::kUnknown);
      reader.Uleb();
      return true;
    case 0x0a:  // DW_CFA_remember_state
      if (rows_remembered_ == kRowsRemembered) return false;
      remembered_[rows_remembered_++] = row_;
      return true;
    case 0x0b:  // DW_CFA_restore_state
      if (rows_remembered_ == 0) return false;
      row_ = remembered_[--rows_remembered_];
      return true;
    case 0x0c: {  // DW_CFA_def_cfa
      const std::uint64_t reg = reader.Uleb();
      SetCfa(reg, static_cast<std::int64_t>(reader.Uleb()));
      return true;
    }
    case 0x0d:  // DW_CFA_def_cfa_register
      SetCfa(reader.Uleb(), row_.cfa_offset);
      return true;
    case 0x0e:  // DW_CFA_def_cfa_offset
      row_.cfa_offset = static_cast<std::int64_t>(reader.Uleb());
      return true;
    case 0x0f:  // DW_CFA_def_cfa_expression
      SetCfaExpression(reader);
      return true;
    case 0x10:    // DW_CFA_expression
    case 0x16: {  // DW_CFA_val_expression
      SetRule(reader.Uleb(), Row::Where::kUnknown);
      const std::uint64_t bytes = reader.Uleb();
      reader.Skip(bytes);
      return true;
    }
    case 0x11: {  // DW_CFA_offset_extended_sf
      const std::uint64_t reg = reader.Uleb();
      SetRule(reg, Row::Where::kSaved, reader.Sleb() * common_.data_factor);
      return true;
    }
    case 0x12: {  // DW_CFA_def_cfa_sf
      const std::uint64_t reg = reader.Uleb();
      SetCfa(reg, reader.Sleb() * common_.data_factor);
      return true;
    }
    case 0x13:  // DW_CFA_def_cfa_offset_sf
      row_.cfa_offset = reader.Sleb() * common_.data_factor;
      return true;
    case 0x2e:  // DW_CFA_GNU_args_size
      reader.Uleb();
      return true;
    default:
      return false;
  }
}

// The rule that a row comes to, if it is one of those that can be followed.
FrameRule RuleOf(const Row& row) {
  constexpr std::int64_t kFar = std::int64_t{1} << 30;
  const auto is_near = [](std::int64_t offset) { return -kFar < offset && offset < kFar; };
  if (row.return_address != Row::Where::kSaved || row.return_offset != -8 ||
      row.rbp == Row::Where::kUnknown || !is_near(row.cfa_offset) || !is_near(row.rbp_offset)) {
    return {};
  }
  FrameRule rule;
  if (row.base == Row::Base::kWord) {
    rule.cfa = FrameRule::Cfa::kInWord;
  } else if (row.base == Row::Base::kRegister && row.cfa_register == kRsp) {
    rule.cfa = FrameRule::Cfa::kFromRsp;
  } else if (row.base == Row::Base::kRegister && row.cfa_register == kRbp) {
    rule.cfa = FrameRule::Cfa::kFromRbp;
  } else {
    return {};
  }
  rule.cfa_offset = static_cast<std::int32_t>(row.cfa_offset);
  rule.saves_rbp = row.rbp == Row::Where::kSaved;
  if (rule.saves_rbp) rule.rbp_offset = static_cast<std::int32_t>(row.rbp_offset);
  return rule;
}

// The record of the function at or before the address, from the sorted table of an .eh_frame_hdr;
// null when the table is of another form than linkers write.
const std::byte* FindFunction(const std::byte* header, std::uintptr_t address) {
  struct Entry {
    std::int32_t begin;  // both from the header
    std::int32_t record;
  };
  const auto version = Load<std::uint8_t>(header);
  const auto pointer_encoding = Load<std::uint8_t>(header + 1);
  const auto count_encoding = Load<std::uint8_t>(header + 2);
  const auto table_encoding = Load<std::uint8_t>(header + 3);
  if (version != 1 || (pointer_encoding & kFormatMask) != kSigned4 ||
      count_encoding != kUnsigned4 || table_encoding != (kRelativeToHeader | kSigned4)) {
    return nullptr;
  }
  const std::byte* table = header + 12;
  const auto base = reinterpret_cast<std::uintptr_t>(header);
  std::size_t low = 0;
  std::size_t high = Load<std::uint32_t>(header + 8);
  const auto begin_of = [&](std::size_t i) {
    const auto entry = Load<Entry>(table + i * sizeof(Entry));
    return base + static_cast<std::uintptr_t>(std::int64_t{entry.begin});
  };
  if (high == 0 || begin_of(0) > address) return nullptr;
  while (high - low > 1) {
    const std::size_t middle = low + (high - low) / 2;
    (begin_of(middle) <= address ? low : high) = middle;
  }
  return header + Load<Entry>(table + low * sizeof(Entry)).record;
}

}  // namespace

FrameRule FindFrameRule(const std::byte* header, std::uintptr_t address) {
  const std::byte* record = FindFunction(header, address);
  if (record == nullptr) return {};
  Reader reader = RecordAt(record);
  const std::byte* back_from = reader.at();
  const auto back = reader.Take<std::uint32_t>();
  if (reader.bad() || back == 0) return {};
  const Common common = ReadCommon(back_from - back);
  if (!common.good) return {};
  const std::uintptr_t begin = TakePointer(reader, common.pointer_encoding);
  const std::uintptr_t bytes = TakePointer(reader, common.pointer_encoding & kFormatMask);
  if (common.has_augmentation_bytes) {
    const std::uint64_t skipped = reader.Uleb();
    reader.Skip(skipped);
  }
  if (reader.bad() || address < begin || address - begin >= bytes) return {};
  Interpreter interpreter(common, begin, address);
  if (!interpreter.Run(common.instructions)) return {};
  interpreter.EndOfCommon();
  if (!interpreter.Run(reader)) return {};
  return RuleOf(interpreter.row());
}

}  // namespace alloclab::recorder
