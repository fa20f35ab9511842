// A server under load: strings, lists, sets, hashes and sorted sets, on a socket in the program's
// own folder, no port; the wall time is the benchmark's. Debian's is linked with jemalloc, so
// `system` is preloaded like any other.
//
// Which keys redis-benchmark asks for is chance, if always as much of it: its answers are not
// compared. After it a script empties the server, fills it with what is known, and asks for that.

#include <string>

#include "bench/programs/descriptions.h"
#include "bench/programs/input_files.h"

namespace alloclab {

MeasuredProgram RedisProgram(RunLength length) {
  const std::string requests = length == RunLength::kUsual ? "35000" : "7000";
  return {
      .name = "redis",
      // The server and the checker of its files are one program that goes by its name. Debian's
      // package of the server is that name and a service that would be started.
      .needed = {{"redis-check-rdb", "redis-tools"},
                 {"redis-benchmark", "redis-tools"},
                 {"redis-cli", "redis-tools"}},
      .command = {"./redis-server", "--port", "0", "--unixsocket", "socket", "--save", "",
                  "--appendonly", "no", "--daemonize", "no"},
      .inputs = {{"check.lua", std::string(program_inputs::kRedisCheck)}},
      .socket = "socket",
      .load = {{{"redis-benchmark", "-s", "socket", "-q", "-n", requests, "-c", "20", "-P", "16",
                 "-d", "200", "-r", "20000", "-t", "set,get,lpush,lpop,sadd,hset,zadd,mset"}},
               {{"redis-cli", "-s", "socket", "--eval", "../input/check.lua"}, true}},
      .links_allocator = true,
  };
}

}  // namespace alloclab
