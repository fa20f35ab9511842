#include "bench/contained_child/write_only_in.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace alloclab {
namespace {

// Since version 3 of Landlock, which headers may not have.
constexpr std::uint64_t kTruncate = std::uint64_t{1} << 14;
constexpr int kTruncateSince = 3;

// To link or to rename from one folder to another needs no mention: who says nothing of it has
// refused it.
constexpr std::uint64_t kChanges = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                                   LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                                   LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                                   LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                                   LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;

bool Restrict(int rules, int folder, std::uint64_t changes) {
  landlock_path_beneath_attr rule = {};
  rule.allowed_access = changes;
  rule.parent_fd = folder;
  return syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0 &&
         prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         syscall(SYS_landlock_restrict_self, rules, 0) == 0;
}

}  // namespace

bool WriteOnlyIn(const char* folder) {
  const auto version =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return false;
  landlock_ruleset_attr attributes = {};
  attributes.handled_access_fs = kChanges | (version >= kTruncateSince ? kTruncate : 0);
  const int rules =
      static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes, sizeof(attributes), 0));
  const int place = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  const bool restricted =
      rules >= 0 && place >= 0 && Restrict(rules, place, attributes.handled_access_fs);
  if (rules >= 0) close(rules);
  if (place >= 0) close(place);
  return restricted;
}

}  // namespace alloclab
