// A pipeline of threads, as servers are made of: one makes requests, three work on them, one writes
// the answers. Every block of a request is made by one thread and freed by another.
//
// Deterministic in what it computes; which worker gets which request is not.

#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

template <class T>
class Queue {
 public:
  void Push(T item) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return items_.size() < kMost; });
    items_.push_back(std::move(item));
    some_.notify_one();
  }
  std::optional<T> Pop() {
    std::unique_lock lock(mutex_);
    some_.wait(lock, [&] { return !items_.empty() || closed_; });
    if (items_.empty()) return std::nullopt;
    T item = std::move(items_.front());
    items_.pop_front();
    room_.notify_one();
    return item;
  }
  void Close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    some_.notify_all();
  }

 private:
  static constexpr std::size_t kMost = 64;
  std::mutex mutex_;
  std::condition_variable some_;
  std::condition_variable room_;
  std::deque<T> items_;
  bool closed_ = false;
};

struct Request {
  std::uint64_t number;
  std::string text;
  std::vector<std::string> headers;
};

struct Answer {
  std::uint64_t number;
  std::unique_ptr<std::map<std::string, int>> words;
  std::string body;
};

std::string Word(std::uint64_t& state) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return "word" + std::to_string(state >> 33 & 0xff);
}

Request MakeRequest(std::uint64_t number) {
  std::uint64_t state = number;
  Request request{number, {}, {}};
  for (std::uint64_t i = 0; i < 20 + number % 30; ++i) request.text += Word(state) + " ";
  for (std::uint64_t i = 0; i < 3 + number % 5; ++i) {
    request.headers.push_back("X-Header-" + Word(state) + ": a value that is not short");
  }
  return request;
}

std::unique_ptr<Answer> Work(const Request& request) {
  auto answer = std::make_unique<Answer>();
  answer->number = request.number;
  answer->words = std::make_unique<std::map<std::string, int>>();
  std::size_t begin = 0;
  for (std::size_t end; (end = request.text.find(' ', begin)) != std::string::npos;
       begin = end + 1) {
    ++(*answer->words)[request.text.substr(begin, end - begin)];
  }
  for (const std::string& header : request.headers) answer->body += header + "\n";
  return answer;
}

}  // namespace

int main() {
  constexpr std::uint64_t kRequests = 4000;
  Queue<std::unique_ptr<Request>> requests;
  Queue<std::unique_ptr<Answer>> answers;
  std::thread maker([&] {
    for (std::uint64_t i = 0; i < kRequests; ++i) {
      requests.Push(std::make_unique<Request>(MakeRequest(i)));
    }
    requests.Close();
  });
  std::vector<std::thread> workers;
  for (int i = 0; i < 3; ++i) {
    workers.emplace_back([&] {
      while (auto request = requests.Pop()) answers.Push(Work(**request));
    });
  }
  std::uint64_t sum = 0;
  std::thread writer([&] {
    while (auto answer = answers.Pop()) sum += (*answer)->words->size() + (*answer)->body.size();
  });
  maker.join();
  for (std::thread& worker : workers) worker.join();
  answers.Close();
  writer.join();
  std::printf("%llu\n", static_cast<unsigned long long>(sum));
}
