// The seed of a random test.

#ifndef ALLOCLAB_TRACES_TEST_SEED_H_
#define ALLOCLAB_TRACES_TEST_SEED_H_

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>

namespace alloclab {

// A fresh seed, or the one in the environment variable ALLOCLAB_SEED. Prints it, with how to use it
// again.
inline std::uint64_t TestSeed() {
  const char* given = std::getenv("ALLOCLAB_SEED");
  const std::uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::printf("seed %llu; run again with --test_env=ALLOCLAB_SEED=%llu\n",
              static_cast<unsigned long long>(seed), static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  return seed;
}

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_TEST_SEED_H_
