// SPDX-License-Identifier: Apache-2.0
// Namespaces and mounts. A namespace of one's own gives capabilities over it, so each of these first tries to get one.
#include "attempts.h"
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void own_namespace(void) { syscall(SYS_unshare, CLONE_NEWUSER | CLONE_NEWNS); }

static struct result unshare_user(const struct scene *scene) {
  (void)scene;
  return judge(syscall(SYS_unshare, CLONE_NEWUSER), "unshare");
}

static struct result clone_user(const struct scene *scene) {
  (void)scene;
  long child = raw_clone(CLONE_NEWUSER);
  if (child == 0) _exit(0);
  return judge(child, "clone");
}

static struct result clone3_user(const struct scene *scene) {
  (void)scene;
  unsigned long long arguments[8] = {CLONE_NEWUSER, 0, 0, 0, 17 /* SIGCHLD */, 0, 0, 0};
  long child = syscall(SYS_clone3, arguments, sizeof arguments);
  if (child == 0) _exit(0);
  return judge(child, "clone3");
}

// A thread may not: a process that shares memory may, and it is no thread.
static struct result clone_memory(const struct scene *scene) {
  (void)scene;
  static char stack[16384];
  long child = syscall(SYS_clone, CLONE_VM | CLONE_VFORK | 17, stack + sizeof stack - 64, 0, 0, 0);
  if (child == 0) _exit(0);
  return judge(child, "clone");
}

static struct result enter_namespace(const struct scene *scene) {
  char path[64];
  long process = syscall(SYS_pidfd_open, scene->pid, 0);
  if (process >= 0 && syscall(SYS_setns, process, CLONE_NEWUSER | CLONE_NEWNS) == 0) return escaped("setns by pidfd");
  snprintf(path, sizeof path, "/proc/%d/ns/net", scene->pid);
  int descriptor = open(path, O_RDONLY);
  if (descriptor < 0) return stopped(errno, "open");
  own_namespace();
  return judge(syscall(SYS_setns, descriptor, 0), "setns");
}

static struct result mount_memory(const struct scene *scene) {
  own_namespace();
  return judge(mount("none", scene->out, "tmpfs", 0, NULL), "mount");
}

static struct result mount_over(const struct scene *scene) {
  own_namespace();
  return judge(mount(scene->out, "/usr", NULL, MS_BIND, NULL), "mount");
}

static struct result remount(const struct scene *scene) {
  (void)scene;
  own_namespace();
  return judge(mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_NOSUID, NULL), "mount");
}

static struct result unmount(const struct scene *scene) {
  (void)scene;
  own_namespace();
  mount("none", "/tmp", "tmpfs", 0, NULL);
  return judge(umount2("/tmp", MNT_DETACH), "umount2");
}

static struct result pivot(const struct scene *scene) {
  own_namespace();
  mount("none", scene->out, "tmpfs", 0, NULL);
  if (chdir(scene->out) < 0) return stopped(errno, "chdir");
  return judge(syscall(SYS_pivot_root, ".", "."), "pivot_root");
}

// The old way out of a changed root: change it once more, with a folder outside still open.
static struct result leave_root(const struct scene *scene) {
  int outside = open("/", O_RDONLY | O_DIRECTORY);
  own_namespace();
  if (chroot(scene->out) < 0) return stopped(errno, "chroot");
  if (fchdir(outside) < 0) return stopped(errno, "fchdir");
  return judge(access("usr", F_OK), "back in the old root");
}

static struct result open_file_system(const struct scene *scene) {
  (void)scene;
  own_namespace();
  return judge(syscall(SYS_fsopen, "tmpfs", 0), "fsopen");
}

static struct result pick_file_system(const struct scene *scene) {
  (void)scene;
  own_namespace();
  return judge(syscall(SYS_fspick, AT_FDCWD, "/", 0), "fspick");
}

static struct result clone_tree(const struct scene *scene) {
  (void)scene;
  own_namespace();
  return judge(syscall(SYS_open_tree, AT_FDCWD, "/", 1 /* clone */ | O_CLOEXEC | AT_RECURSIVE), "open_tree");
}

static struct result mount_attributes(const struct scene *scene) {
  (void)scene;
  unsigned long long attributes[4] = {2 /* nosuid */, 0, 0, 0};
  own_namespace();
  return judge(syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, attributes, sizeof attributes), "mount_setattr");
}

static struct result host_name(const struct scene *scene) {
  (void)scene;
  syscall(SYS_unshare, CLONE_NEWUSER | CLONE_NEWUTS);
  return judge(sethostname("escaped", 7), "sethostname");
}

static struct result file_handle(const struct scene *scene) {
  (void)scene;
  char room[256] = {0};
  *(unsigned *)room = 128;
  int mount_id;
  return judge(syscall(SYS_name_to_handle_at, AT_FDCWD, "/usr", room, &mount_id, 0), "name_to_handle_at");
}

// The classic: the root of the file system below a mount has a well-known handle.
static struct result open_by_handle(const struct scene *scene) {
  (void)scene;
  unsigned handle[4] = {8, 1, 2, 0};
  int somewhere = open("/usr", O_RDONLY);
  return judge(syscall(SYS_open_by_handle_at, somewhere, handle, O_RDONLY), "open_by_handle_at");
}

static struct result mounts_known(const struct scene *scene) {
  (void)scene;
  struct {
    unsigned size, unused;
    unsigned long long id, parameter, space;
  } ask = {24, 0, ~0ull, 0, 0};
  unsigned long long found[16];
  return judge(syscall(458 /* listmount */, &ask, found, 16, 0), "listmount");
}

static struct result control_group(const struct scene *scene) {
  (void)scene;
  char path[300], groups[4096];
  int list = open("/proc/self/cgroup", O_RDONLY);
  if (list < 0) return stopped(errno, "open");
  ssize_t length = read(list, groups, sizeof groups - 1);
  close(list);
  if (length <= 0) return stopped(errno, "read");
  groups[length] = 0;
  static const char *const places[] = {"memory", "pids", "unified", "."};
  int error = ENOENT;
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    snprintf(path, sizeof path, "/sys/fs/cgroup/%s/cgroup.procs", places[i]);
    int descriptor = open(path, O_WRONLY);
    if (descriptor >= 0) return escaped("a group above can be joined");
    error = errno;
  }
  return stopped(error, "open");
}

const struct attempt namespace_attempts[] = {
    {"unshare-user", unshare_user}, {"clone-user", clone_user}, {"clone3-user", clone3_user}, {"clone-memory", clone_memory},
    {"enter-namespace", enter_namespace}, {"mount", mount_memory}, {"mount-over", mount_over}, {"remount", remount}, {"unmount", unmount},
    {"pivot-root", pivot}, {"leave-root", leave_root}, {"fsopen", open_file_system}, {"fspick", pick_file_system}, {"open-tree", clone_tree},
    {"mount-attributes", mount_attributes}, {"host-name", host_name}, {"file-handle", file_handle}, {"open-by-handle", open_by_handle},
    {"list-mounts", mounts_known}, {"control-group", control_group}, {NULL, NULL},
};
