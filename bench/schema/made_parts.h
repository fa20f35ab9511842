// What records of workloads and of programs have in common.

#ifndef ALLOCLAB_BENCH_SCHEMA_MADE_PARTS_H_
#define ALLOCLAB_BENCH_SCHEMA_MADE_PARTS_H_

#include <nlohmann/json.hpp>

#include "bench/schema/compared_record.h"
#include "bench/schema/verdict.h"

namespace alloclab::schema {

inline Json MadeProvenance() {
  Json provenance = Compared()["provenance"];
  for (const char* key : {"mode", "touch", "blocks_most", "interrupted", "timeout_seconds",
                          "memory_limit_bytes", "malloc_variables"}) {
    provenance.erase(key);
  }
  provenance["preset"] = "quick";
  return provenance;
}

inline Json MadeAllocators() {
  return {{{"name", "jemalloc"},
           {"table", "preload"},
           {"path", "/usr/lib/libjemalloc.so.2"},
           {"version", "5.3.0-1"},
           {"xxh3", "0123456789abcdef"}}};
}

}  // namespace alloclab::schema

#endif  // ALLOCLAB_BENCH_SCHEMA_MADE_PARTS_H_
