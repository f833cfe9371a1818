// SPDX-License-Identifier: Apache-2.0
// Reaching other processes: their memory, files, environment; signals, priorities, descriptors.
#include "attempts.h"
#include <dirent.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

extern char **environ;

static const char *proc(const struct scene *scene, const char *name) {
  static char path[256];
  snprintf(path, sizeof path, "/proc/%d/%s", scene->pid, name);
  return path;
}

static struct result see(const struct scene *scene) { return judge(open(proc(scene, "cmdline"), O_RDONLY), "open"); }

static struct result environment(const struct scene *scene) { return has_secret(open(proc(scene, "environ"), O_RDONLY)); }

static struct result memory(const struct scene *scene) {
  char text[sizeof SECRET] = "";
  int descriptor = open(proc(scene, "mem"), O_RDONLY);
  if (descriptor < 0) return stopped(errno, "open");
  if (pread(descriptor, text, sizeof SECRET - 1, (off_t)scene->secret) < 0) return stopped(errno, "pread");
  return strcmp(text, SECRET) == 0 ? escaped("the secret was read") : stopped(0, "no secret in it");
}

static struct result through_root(const struct scene *scene) {
  char path[1024];
  snprintf(path, sizeof path, "%s%s", proc(scene, "root"), at(scene, "key"));
  return has_secret(open(path, O_RDONLY));
}

static struct result through_cwd(const struct scene *scene) { return has_secret(open(proc(scene, "cwd/key"), O_RDONLY)); }

static struct result through_descriptor(const struct scene *scene) { return has_secret(open(proc(scene, "fd/9"), O_RDONLY)); }

static struct result seize(const struct scene *scene) {
  long answer = ptrace(PTRACE_SEIZE, scene->pid, NULL, NULL);
  struct result result = judge(answer, "ptrace");
  if (answer == 0) ptrace(PTRACE_DETACH, scene->pid, NULL, NULL);
  return result;
}

static struct result trace_me(const struct scene *scene) {
  (void)scene;
  return judge(ptrace(PTRACE_TRACEME, 0, NULL, NULL), "ptrace");
}

static struct result read_memory(const struct scene *scene) {
  char text[sizeof SECRET] = "";
  struct iovec here = {text, sizeof SECRET - 1}, there = {(void *)scene->secret, sizeof SECRET - 1};
  if (process_vm_readv(scene->pid, &here, 1, &there, 1, 0) < 0) return stopped(errno, "process_vm_readv");
  return strcmp(text, SECRET) == 0 ? escaped("the secret was read") : stopped(0, "no secret in it");
}

static struct result write_memory(const struct scene *scene) {
  char text[] = SECRET; // the same bytes: the decoy is used again
  struct iovec here = {text, sizeof SECRET - 1}, there = {(void *)scene->secret, sizeof SECRET - 1};
  return judge(process_vm_writev(scene->pid, &here, 1, &there, 1, 0), "process_vm_writev");
}

// The decoy ignores SIGUSR1: what counts is that the kernel would deliver it.
static struct result signal_one(const struct scene *scene) { return judge(kill(scene->pid, SIGUSR1), "kill"); }

static struct result signal_all(const struct scene *scene) {
  (void)scene;
  return judge(kill(-1, 0), "kill");
}

static struct result signal_thread(const struct scene *scene) { return judge(syscall(SYS_tgkill, scene->pid, scene->pid, SIGUSR1), "tgkill"); }

static struct result signal_queued(const struct scene *scene) { return judge(sigqueue(scene->pid, SIGUSR1, (union sigval){0}), "rt_sigqueueinfo"); }

static struct result signal_by_descriptor(const struct scene *scene) {
  long descriptor = syscall(SYS_pidfd_open, scene->pid, 0);
  if (descriptor < 0) return stopped(errno, "pidfd_open");
  return judge(syscall(SYS_pidfd_send_signal, descriptor, SIGUSR1, NULL, 0), "pidfd_send_signal");
}

static struct result steal_descriptor(const struct scene *scene) {
  long descriptor = syscall(SYS_pidfd_open, scene->pid, 0);
  if (descriptor < 0) return stopped(errno, "pidfd_open");
  long stolen = syscall(SYS_pidfd_getfd, descriptor, 9, 0);
  if (stolen < 0) return stopped(errno, "pidfd_getfd");
  lseek((int)stolen, 0, SEEK_SET);
  return has_secret((int)stolen);
}

static struct result priority(const struct scene *scene) { return judge(setpriority(PRIO_PROCESS, (id_t)scene->pid, 5), "setpriority"); }

static struct result limits(const struct scene *scene) {
  struct rlimit64 bound = {64, 64};
  return judge(syscall(SYS_prlimit64, scene->pid, RLIMIT_MEMLOCK, &bound, NULL), "prlimit64");
}

static struct result affinity(const struct scene *scene) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(0, &set);
  return judge(sched_setaffinity(scene->pid, sizeof set, &set), "sched_setaffinity");
}

static struct result io_priority(const struct scene *scene) { return judge(syscall(SYS_ioprio_set, 1, scene->pid, 2 << 13 | 7), "ioprio_set"); }

static struct result real_time(const struct scene *scene) {
  (void)scene;
  struct sched_param first = {.sched_priority = 1};
  return judge(sched_setscheduler(0, SCHED_FIFO, &first), "sched_setscheduler");
}

static struct result compare(const struct scene *scene) {
  return judge(syscall(SYS_kcmp, getpid(), scene->pid, KCMP_FILE, 0, 9), "kcmp");
}

static struct result move_pages_of(const struct scene *scene) {
  void *page = (void *)(scene->secret & ~4095ul);
  int status = 0;
  return judge(syscall(SYS_move_pages, scene->pid, 1ul, &page, NULL, &status, 0), "move_pages");
}

static struct result group(const struct scene *scene) { return judge(setpriority(PRIO_PGRP, (id_t)getpgid(scene->pid), 6), "setpriority"); }

// What the node's own environment and command line would say: names of folders, tokens of the owner's other programs.
static struct result inherited_environment(const struct scene *scene) {
  (void)scene;
  for (char **one = environ; one && *one; one++)
    if (strstr(*one, SECRET) || strncmp(*one, "LD_", 3) == 0) return escaped("the node's environment");
  static const char *const files[] = {"/proc/self/environ", "/proc/1/environ", "/proc/1/cmdline"};
  struct result result = stopped(ENOENT, "nothing of the node's environment");
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    struct result one = has_secret(open(files[i], O_RDONLY));
    if (one.verdict == ESCAPED) return one;
  }
  return result;
}

// Every descriptor but the three first: none may lead to the node's files.
static struct result inherited_descriptors(const struct scene *scene) {
  (void)scene;
  for (int descriptor = 3; descriptor < 1024; descriptor++) {
    char text[256];
    ssize_t count = pread(descriptor, text, sizeof text, 0);
    if (count > 0 && memmem(text, (size_t)count, SECRET, strlen(SECRET))) return escaped("an open file of the node");
    struct stat kind;
    if (fstat(descriptor, &kind) == 0 && S_ISDIR(kind.st_mode) && openat(descriptor, "key", O_RDONLY) >= 0) return escaped("an open folder of the node");
  }
  return stopped(EBADF, "no descriptor of the node");
}

static struct result set_user_id(const struct scene *scene) {
  struct stat kind;
  int ends[2];
  if (!*scene->setuid) return misused("no program of another user: only root can make one");
  if (stat(scene->setuid, &kind) < 0) return stopped(errno, "stat");
  if (!(kind.st_mode & S_ISUID)) return misused("the program has no set-user-id bit");
  if (pipe(ends) < 0) return stopped(errno, "pipe");
  long child = raw_clone(0);
  if (child < 0) return stopped(errno, "clone");
  if (child == 0) {
    dup2(ends[1], 1);
    execl(scene->setuid, scene->setuid, "whoami", NULL);
    _exit(dprintf(1, "failed %d", errno) < 0);
  }
  close(ends[1]);
  char text[64] = "";
  if (read(ends[0], text, sizeof text - 1) <= 0) return stopped(errno, "the program says nothing");
  if (strncmp(text, "failed", 6) == 0) return stopped(atoi(text + 7), "execve");
  return atoi(text) == (int)geteuid() ? stopped(0, "it runs as this user") : escaped("it runs as another user");
}

const struct attempt process_attempts[] = {
    {"see-process", see}, {"proc-environ", environment}, {"proc-mem", memory}, {"proc-root", through_root}, {"proc-cwd", through_cwd},
    {"proc-fd", through_descriptor}, {"ptrace-seize", seize}, {"ptrace-traceme", trace_me}, {"read-memory", read_memory},
    {"write-memory", write_memory}, {"signal", signal_one}, {"signal-all", signal_all}, {"signal-thread", signal_thread},
    {"signal-queued", signal_queued}, {"signal-pidfd", signal_by_descriptor}, {"steal-descriptor", steal_descriptor}, {"priority", priority},
    {"priority-group", group}, {"limits", limits}, {"affinity", affinity}, {"io-priority", io_priority}, {"real-time", real_time},
    {"compare", compare}, {"move-pages", move_pages_of}, {"environment", inherited_environment}, {"descriptors", inherited_descriptors},
    {"set-user-id", set_user_id}, {NULL, NULL},
};
