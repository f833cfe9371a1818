// SPDX-License-Identifier: Apache-2.0
// Bombs: each grows one resource until it is refused. It has escaped when it reaches its goal, which lies just below the bounds of the enclosure
// (512 MiB, 256 processes, 64 MiB of disk) and above those of the sandbox. Every one stops by itself at its goal.
#include "attempts.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MIB = 1 << 20, GOAL_PROCESSES = 200, GOAL_DESCRIPTORS = 4096, GOAL_STDOUT = 32 };

// First to go where memory ends: not the decoy, not who watches.
static void volunteer(void) {
  int descriptor = open("/proc/self/oom_score_adj", O_WRONLY);
  if (descriptor >= 0 && write(descriptor, "1000", 4) < 0) errno = 0;
  if (descriptor >= 0) close(descriptor);
}

// A child that waits, and ends by itself should nobody end it.
static _Noreturn void wait_to_be_ended(void) {
  alarm(20);
  for (;;) pause();
}

static struct result forks(unsigned long flags) {
  pid_t children[GOAL_PROCESSES];
  int made = 0, error = 0;
  static char stacks[1 << 16];
  while (made < GOAL_PROCESSES) {
    long child = syscall(SYS_clone, flags | SIGCHLD, flags ? stacks + sizeof stacks - 64 : 0, 0, 0, 0);
    if (child == 0) wait_to_be_ended();
    if (child < 0) {
      error = errno;
      break;
    }
    children[made++] = (pid_t)child;
  }
  for (int i = 0; i < made; i++) kill(children[i], SIGKILL);
  for (int i = 0; i < made; i++) waitpid(children[i], NULL, 0);
  return made == GOAL_PROCESSES ? escaped("200 processes") : stopped(error, "clone");
}

static struct result fork_bomb(const struct scene *scene) {
  (void)scene;
  return forks(0);
}

static struct result touch(const struct scene *scene, char *memory) {
  if (memory == MAP_FAILED) return stopped(errno, "mmap");
  for (long at = 0; at < scene->memory * MIB; at += 4096) memory[at] = 1;
  munmap(memory, (size_t)(scene->memory * MIB));
  return escaped("the whole of it");
}

static struct result memory_bomb(const struct scene *scene) {
  volunteer();
  return touch(scene, mmap(NULL, (size_t)(scene->memory * MIB), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

static struct result shared_memory_bomb(const struct scene *scene) {
  volunteer();
  return touch(scene, mmap(NULL, (size_t)(scene->memory * MIB), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
}

static struct result memory_file_bomb(const struct scene *scene) {
  volunteer();
  int descriptor = (int)syscall(SYS_memfd_create, "bomb", 0);
  if (descriptor < 0) return stopped(errno, "memfd_create");
  if (ftruncate(descriptor, scene->memory * MIB) < 0) return stopped(errno, "ftruncate");
  return touch(scene, mmap(NULL, (size_t)(scene->memory * MIB), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0));
}

static struct result segment_bomb(const struct scene *scene) {
  volunteer();
  int id = shmget(IPC_PRIVATE, (size_t)(scene->memory * MIB), 0600);
  if (id < 0) return stopped(errno, "shmget");
  char *memory = shmat(id, NULL, 0);
  if (memory == (char *)-1) return stopped(errno, "shmat");
  shmctl(id, IPC_RMID, NULL);
  for (long at = 0; at < scene->memory * MIB; at += 4096) memory[at] = 1;
  return escaped("the whole of it");
}

static struct result lock_bomb(const struct scene *scene) {
  (void)scene;
  volunteer();
  char *memory = mmap(NULL, 64 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return stopped(errno, "mmap");
  return judge(mlock(memory, 64 * MIB), "mlock");
}

static struct result huge_pages(const struct scene *scene) {
  (void)scene;
  char *memory = mmap(NULL, 4 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
  if (memory == MAP_FAILED) return stopped(errno, "mmap");
  *memory = 1;
  return escaped("huge pages");
}

// Time for whoever looks at the disk now and then: a child that it ends has not escaped. In the enclosure nobody looks.
static struct result linger(const struct scene *scene) {
  if (!*scene->patience) return escaped("the whole of it");
  for (int i = 0; i < atoi(scene->patience); i++) nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
  return escaped("the whole of it, and nobody minds");
}

// Files of 1 MiB each, so that a bound on one file is no help; deleted at once where asked, so that no listing shows them.
static struct result fill(const struct scene *scene, const char *folder, int hidden) {
  static char block[MIB];
  char path[600];
  int written = 0, error = 0;
  memset(block, 'x', sizeof block);
  for (; written < scene->disk; written++) {
    snprintf(path, sizeof path, "%s/fill-%d", folder, written);
    int descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) {
      error = errno;
      break;
    }
    if (hidden) unlink(path);
    ssize_t count = write(descriptor, block, sizeof block);
    if (count != (ssize_t)sizeof block) {
      error = count < 0 ? errno : ENOSPC;
      break;
    }
    if (!hidden) close(descriptor);
  }
  for (int i = 0; i <= written && written < scene->disk; i++) {
    snprintf(path, sizeof path, "%s/fill-%d", folder, i);
    unlink(path);
  }
  return written == scene->disk ? linger(scene) : stopped(error, "write");
}

static struct result disk_bomb(const struct scene *scene) { return fill(scene, scene->out, 0); }

static struct result hidden_disk_bomb(const struct scene *scene) { return fill(scene, scene->out, 1); }

static struct result nameless_disk_bomb(const struct scene *scene) {
  static char block[MIB];
  long written = 0;
  int error = 0;
  for (; written < scene->disk && !error; written++) {
    int descriptor = open(scene->out, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (descriptor < 0) return stopped(errno, "open");
    ssize_t count = write(descriptor, block, sizeof block);
    if (count != (ssize_t)sizeof block) error = count < 0 ? errno : ENOSPC;
  }
  return error ? stopped(error, "write") : linger(scene);
}

static struct result folder_disk_bomb(const struct scene *scene) {
  char path[600];
  snprintf(path, sizeof path, "%s/below", scene->out);
  if (mkdir(path, 0700) < 0 && errno != EEXIST) return stopped(errno, "mkdir");
  return fill(scene, path, 0);
}

static struct result upper_disk_bomb(const struct scene *scene) {
  char path[600];
  snprintf(path, sizeof path, "%s/..", scene->out);
  return fill(scene, path, 0);
}

static struct result temporary_bomb(const struct scene *scene) {
  return fill(scene, "/tmp", 0);
}

static struct result device_folder_bomb(const struct scene *scene) {
  return fill(scene, "/dev/shm", 0);
}

static struct result one_file_bomb(const struct scene *scene) {
  static char block[MIB];
  char path[600];
  snprintf(path, sizeof path, "%s/one", scene->out);
  signal(SIGXFSZ, SIG_IGN);
  int descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600), error = 0, written = 0;
  if (descriptor < 0) return stopped(errno, "open");
  for (; written < scene->disk && !error; written++) {
    ssize_t count = write(descriptor, block, sizeof block);
    if (count != (ssize_t)sizeof block) error = count < 0 ? errno : ENOSPC;
  }
  return error ? stopped(error, "write") : linger(scene);
}

static struct result inode_bomb(const struct scene *scene) {
  char path[600];
  int made = 0, error = 0;
  for (; made < scene->files; made++) {
    snprintf(path, sizeof path, "%s/i%d", scene->out, made);
    int descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) {
      error = errno;
      break;
    }
    close(descriptor);
  }
  return made == scene->files ? linger(scene) : stopped(error, "open");
}

static struct result descriptor_bomb(const struct scene *scene) {
  (void)scene;
  struct { unsigned long soft, hard; } bound;
  if (syscall(SYS_prlimit64, 0, 7 /* open files */, NULL, &bound) == 0 && bound.soft < bound.hard) {
    bound.soft = bound.hard;
    syscall(SYS_prlimit64, 0, 7, &bound, NULL);
  }
  int opened = 0, error = 0, first = -1, last = -1;
  for (; opened < GOAL_DESCRIPTORS; opened++) {
    int descriptor = open("/dev/null", O_RDONLY);
    if (descriptor < 0) {
      error = errno;
      break;
    }
    if (first < 0) first = descriptor;
    last = descriptor;
  }
  for (int i = first; i >= 0 && i <= last; i++) close(i);
  return opened == GOAL_DESCRIPTORS ? escaped("4096 descriptors") : stopped(error, "open");
}

static struct result watch_bomb(const struct scene *scene) {
  (void)scene;
  int made = 0, error = 0, descriptors[100];
  for (; made < 100 && !error; made++)
    if ((descriptors[made] = (int)syscall(SYS_inotify_init1, 0)) < 0) error = errno;
  for (int i = 0; i < made; i++) close(descriptors[i]);
  return error ? stopped(error, "inotify_init1") : escaped("100 of the user's watchers");
}

static struct result timer_bomb(const struct scene *scene) {
  (void)scene;
  int made = 0, error = 0, id;
  for (; made < 5000 && !error; made++)
    if (syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, &id) < 0) error = errno;
  return error ? stopped(error, "timer_create") : escaped("5000 timers");
}

static struct result message_bomb(const struct scene *scene) {
  (void)scene;
  struct { long flags, most, size, now, pad[4]; } shape = {.most = 10, .size = 8192};
  char name[16];
  int made = 0, error = 0;
  for (; made < 9 && !error; made++) {
    snprintf(name, sizeof name, "bomb%d", made);
    if (syscall(SYS_mq_open, name, O_RDWR | O_CREAT, 0600, &shape) < 0) error = errno;
  }
  return error ? stopped(error, "mq_open") : escaped("all of the user's message queues");
}

static struct result output_flood(const struct scene *scene) {
  (void)scene;
  static char block[65536];
  memset(block, 'y', sizeof block);
  for (int i = 0; i < GOAL_STDOUT * 16; i++)
    if (write(1, block, sizeof block) < 0) return stopped(errno, "write");
  return escaped("32 MiB of standard output");
}

// Below: what goes on after the program has ended. The suite looks whether anything does.
static struct result outlive(const struct scene *scene) {
  char path[600];
  snprintf(path, sizeof path, "%s/heartbeat", scene->out);
  long child = raw_clone(0);
  if (child < 0) return stopped(errno, "clone");
  if (child > 0) {
    waitpid((pid_t)child, NULL, 0);
    for (int i = 0; i < 500 && access(path, F_OK) < 0; i++) nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    return escaped("left behind");
  }
  setsid();
  if (raw_clone(0) != 0) _exit(0);
  for (int signal_number = 1; signal_number < 32; signal_number++) signal(signal_number, SIG_IGN);
  int descriptor = open(path, O_WRONLY | O_CREAT, 0644);
  for (int i = 0; i < 6000 && descriptor >= 0; i++) { // a minute, should no wall end it
    if (write(descriptor, ".", 1) < 0) break;
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
  }
  _exit(0);
}

static struct result never_end(const struct scene *scene) {
  int seconds = *scene->patience ? atoi(scene->patience) : 1;
  for (int signal_number = 1; signal_number < 32; signal_number++) signal(signal_number, SIG_IGN);
  for (int i = 0; i < seconds; i++) nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
  return escaped("longer than it may");
}

const struct attempt bomb_attempts[] = {
    {"fork-bomb", fork_bomb}, {"memory-bomb", memory_bomb}, {"shared-memory-bomb", shared_memory_bomb}, {"memory-file-bomb", memory_file_bomb},
    {"segment-bomb", segment_bomb}, {"lock-bomb", lock_bomb}, {"huge-pages", huge_pages}, {"disk-bomb", disk_bomb},
    {"hidden-disk-bomb", hidden_disk_bomb}, {"nameless-disk-bomb", nameless_disk_bomb}, {"folder-disk-bomb", folder_disk_bomb},
    {"upper-disk-bomb", upper_disk_bomb},
    {"temporary-bomb", temporary_bomb}, {"device-folder-bomb", device_folder_bomb}, {"one-file-bomb", one_file_bomb}, {"inode-bomb", inode_bomb},
    {"descriptor-bomb", descriptor_bomb}, {"watch-bomb", watch_bomb}, {"timer-bomb", timer_bomb}, {"message-bomb", message_bomb},
    {"output-flood", output_flood}, {"outlive", outlive}, {"never-end", never_end}, {NULL, NULL},
};
