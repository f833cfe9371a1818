// SPDX-License-Identifier: Apache-2.0
// The program and the library: `attempts NAME key=value...`, `attempts list`, `attempts decoy FOLDER`, `attempts open NAME ...`,
// `attempts lacking namespaces|filters PROGRAM...`.
#include "attempts.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct attempt *const rooms[] = {network_attempts, process_attempts, namespace_attempts, kernel_attempts, file_attempts, bomb_attempts};

struct result escaped(const char *note) { return (struct result){ESCAPED, 0, note}; }
struct result stopped(int error, const char *note) { return (struct result){STOPPED, error, note}; }
struct result misused(const char *note) { return (struct result){MISUSED, errno, note}; }
struct result judge(long answer, const char *note) { return answer < 0 ? stopped(errno, note) : escaped(note); }

struct result has_secret(int descriptor) {
  char text[4096];
  if (descriptor < 0) return stopped(errno, "open");
  ssize_t count = read(descriptor, text, sizeof text);
  int error = errno;
  close(descriptor);
  if (count < 0) return stopped(error, "read");
  return memmem(text, (size_t)count, SECRET, strlen(SECRET)) ? escaped("the secret was read") : stopped(0, "no secret in it");
}

const char *at(const struct scene *scene, const char *name) {
  static char path[4][512];
  static int turn;
  char *here = path[turn++ % 4];
  snprintf(here, sizeof path[0], "%s/%s", scene->folder, name);
  return here;
}

// Beside the C library, which would take its own locks and run its own handlers in the child.
long raw_clone(unsigned long flags) { return syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0); }

static const char *value_of(int argc, char **argv, const char *key) {
  size_t length = strlen(key);
  for (int i = 0; i < argc; i++)
    if (strncmp(argv[i], key, length) == 0 && argv[i][length] == '=') return argv[i] + length + 1;
  return "";
}

static struct scene read_scene(int argc, char **argv) {
  return (struct scene){
      .pid = atoi(value_of(argc, argv, "pid")),
      .secret = strtoul(value_of(argc, argv, "secret"), NULL, 16),
      .tcp4 = atoi(value_of(argc, argv, "tcp4")),
      .tcp6 = atoi(value_of(argc, argv, "tcp6")),
      .udp = atoi(value_of(argc, argv, "udp")),
      .abstract = value_of(argc, argv, "abstract"),
      .folder = value_of(argc, argv, "folder"),
      .out = value_of(argc, argv, "out"),
      .result = value_of(argc, argv, "result"),
      .input = value_of(argc, argv, "input"),
      .setuid = value_of(argc, argv, "setuid"),
      .patience = value_of(argc, argv, "patience"),
      .program = value_of(argc, argv, "program"),
      .memory = atol(value_of(argc, argv, "memory")),
      .disk = atol(value_of(argc, argv, "disk")),
      .files = atol(value_of(argc, argv, "files")),
  };
}

// The door of the library. Writes "escaped|stopped|misused ERRNO NOTE" and returns the verdict.
int attempt(int argc, char **argv, char *answer, size_t room) {
  const struct scene scene = read_scene(argc, argv);
  struct result result = misused("no such attempt");
  for (size_t i = 0; i < sizeof rooms / sizeof *rooms && argc > 0; i++)
    for (const struct attempt *one = rooms[i]; one->name; one++)
      if (strcmp(one->name, argv[0]) == 0) result = one->run(&scene);
  static const char *const words[] = {"escaped", "stopped", "misused"};
  snprintf(answer, room, "%s %d %s", words[result.verdict], result.error, result.note ? result.note : "");
  return (int)result.verdict;
}

int main(int argc, char **argv) {
  char answer[512];
  if (argc < 2) return MISUSED;
  if (strcmp(argv[1], "list") == 0) {
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++)
      for (const struct attempt *one = rooms[i]; one->name; one++) puts(one->name);
    return 0;
  }
  if (strcmp(argv[1], "whoami") == 0) return printf("%d\n", (int)geteuid()) < 0;
  if (strcmp(argv[1], "loopback") == 0) return loopback();
  if (strcmp(argv[1], "lacking") == 0 && argc > 3) return lacking(argv[2], argv + 3);
  if (strcmp(argv[1], "decoy") == 0 && argc > 2) return decoy(argv[2], argc > 3 ? argv[3] : "");
  if (strcmp(argv[1], "open") == 0) return alone_in_enclosure(argc - 2, argv + 2);
  int verdict = attempt(argc - 1, argv + 1, answer, sizeof answer);
  dprintf(1, "\n%s\n", answer);
  return verdict;
}
