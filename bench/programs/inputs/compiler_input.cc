// What a compiler is given: templates of its own (so that no library's version matters), used by as
// many types as MODULES says. Compiled, never run.

#ifndef MODULES
#define MODULES 40
#endif

using Size = decltype(sizeof(0));

template <class T>
class Vector {
 public:
  Vector() = default;
  Vector(const Vector& other) {
    for (Size i = 0; i < other.count_; ++i) Push(other.data_[i]);
  }
  ~Vector() { delete[] data_; }
  Vector& operator=(Vector other) {
    Swap(other);
    return *this;
  }
  void Push(T value) {
    if (count_ == room_) Grow();
    data_[count_++] = value;
  }
  T& operator[](Size i) { return data_[i]; }
  const T& operator[](Size i) const { return data_[i]; }
  Size count() const { return count_; }
  T* begin() { return data_; }
  T* end() { return data_ + count_; }
  template <class Less>
  void Sort(Less less) {
    for (Size gap = count_ / 2; gap > 0; gap /= 2) {
      for (Size i = gap; i < count_; ++i) {
        T value = data_[i];
        Size j = i;
        for (; j >= gap && less(value, data_[j - gap]); j -= gap) data_[j] = data_[j - gap];
        data_[j] = value;
      }
    }
  }
  void Swap(Vector& other) {
    T* data = data_;
    data_ = other.data_;
    other.data_ = data;
    Size count = count_;
    count_ = other.count_;
    other.count_ = count;
    Size room = room_;
    room_ = other.room_;
    other.room_ = room;
  }

 private:
  void Grow() {
    room_ = room_ * 2 + 4;
    T* larger = new T[room_];
    for (Size i = 0; i < count_; ++i) larger[i] = data_[i];
    delete[] data_;
    data_ = larger;
  }
  T* data_ = nullptr;
  Size count_ = 0;
  Size room_ = 0;
};

template <class Key, class Value>
class Map {
 public:
  Value& operator[](const Key& key) {
    Node** at = &root_;
    while (*at != nullptr) {
      if (key < (*at)->key)
        at = &(*at)->left;
      else if ((*at)->key < key)
        at = &(*at)->right;
      else
        return (*at)->value;
    }
    *at = new Node{key, Value(), nullptr, nullptr};
    return (*at)->value;
  }
  template <class Visit>
  void ForEach(Visit visit) const {
    Walk(root_, visit);
  }

 private:
  struct Node {
    Key key;
    Value value;
    Node* left;
    Node* right;
  };
  template <class Visit>
  static void Walk(const Node* node, Visit& visit) {
    if (node == nullptr) return;
    Walk(node->left, visit);
    visit(node->key, node->value);
    Walk(node->right, visit);
  }
  Node* root_ = nullptr;
};

template <int N>
struct Record {
  int field[N % 7 + 1] = {};
  long weight = N;
  virtual ~Record() = default;
  virtual long Score() const {
    long sum = weight;
    for (int f : field) sum = sum * 31 + f;
    return sum;
  }
  bool operator<(const Record& other) const { return Score() < other.Score(); }
};

template <int N>
struct Derived : Record<N> {
  long Score() const override { return Record<N>::Score() ^ N; }
};

template <int N>
long Module(int rounds) {
  Map<int, Vector<Derived<N>>> groups;
  for (int i = 0; i < rounds; ++i) {
    Derived<N> record;
    record.field[0] = i * N;
    groups[i % (N + 3)].Push(record);
  }
  long sum = 0;
  groups.ForEach([&sum](int key, const Vector<Derived<N>>& group) {
    Vector<Derived<N>> sorted = group;
    sorted.Sort(
        [key](const Derived<N>& a, const Derived<N>& b) { return key % 2 == 0 ? a < b : b < a; });
    switch (key % 5) {
      case 0:
        for (const auto& record : sorted) sum += record.Score();
        break;
      case 1:
        for (const auto& record : sorted) sum ^= record.weight;
        break;
      case 2:
        if (sorted.count() > 1) sum -= sorted[1].Score();
        break;
      default:
        sum += static_cast<long>(sorted.count()) * key;
    }
  });
  return sum;
}

template <int N>
long AllModules(int rounds) {
  if constexpr (N == 0)
    return 0;
  else
    return Module<N>(rounds) + AllModules<N - 1>(rounds);
}

long Everything(int rounds) { return AllModules<MODULES>(rounds); }
