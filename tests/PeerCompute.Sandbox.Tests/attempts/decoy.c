// SPDX-License-Identifier: Apache-2.0
// What the attempts aim at, and the one process that watches an attempt in the enclosure.
#include "attempts.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

static char secret[] = SECRET;

static int listener(int family, const void *address, socklen_t length, int type) {
  int descriptor = socket(family, type | SOCK_CLOEXEC, 0);
  if (descriptor < 0 || bind(descriptor, address, length) < 0) return -1;
  if (type == SOCK_STREAM && listen(descriptor, 8) < 0) return -1;
  return descriptor;
}

static int port(int descriptor) {
  struct sockaddr_in6 address = {0}; // the port lies at the same place in both
  socklen_t length = sizeof address;
  return getsockname(descriptor, (void *)&address, &length) < 0 ? 0 : ntohs(address.sin6_port);
}

static void make_file(const char *folder, const char *name) {
  char path[600];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (descriptor >= 0 && write(descriptor, secret, sizeof secret - 1) < 0) perror(path);
  close(descriptor);
}

// Prints one line that an attempt understands, then answers every caller with the secret until its standard input ends. In the enclosure it tells
// its line to a descriptor instead, and ends with the enclosure.
int decoy(const char *folder, const char *ready) {
  char path[600];
  signal(SIGUSR1, SIG_IGN);
  snprintf(path, sizeof path, "%s/other", folder);
  mkdir(path, 0700);
  make_file(folder, "key");
  make_file(folder, "journal");
  make_file(folder, "other/out");
  if (chdir(folder) < 0) return 1;
  int key = open("key", O_RDONLY);
  dup2(key, 9);
  struct sockaddr_in in4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  struct sockaddr_un file = {.sun_family = AF_UNIX}, name = {.sun_family = AF_UNIX};
  int named = snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "peercompute-decoy-%d", (int)getpid());
  snprintf(file.sun_path, sizeof file.sun_path, "%s/socket", folder);
  unlink(file.sun_path);
  struct pollfd doors[] = {
      {listener(AF_INET, &in4, sizeof in4, SOCK_STREAM), POLLIN, 0},
      {listener(AF_INET6, &in6, sizeof in6, SOCK_STREAM), POLLIN, 0},
      {listener(AF_UNIX, &file, sizeof file, SOCK_STREAM), POLLIN, 0},
      {listener(AF_UNIX, &name, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)named), SOCK_STREAM), POLLIN, 0},
      {listener(AF_INET, &in4, sizeof in4, SOCK_DGRAM), POLLIN, 0},
      {*ready ? -1 : 0, POLLIN, 0},
  };
  char line[1024];
  snprintf(line, sizeof line, "pid=%d secret=%lx tcp4=%d tcp6=%d udp=%d abstract=%s folder=%s\n", (int)getpid(), (unsigned long)secret,
           port(doors[0].fd), port(doors[1].fd), port(doors[4].fd), name.sun_path + 1, folder);
  int tell = *ready ? atoi(ready) : 1;
  if (write(tell, line, strlen(line)) < 0) return 1;
  for (;;) {
    if (poll(doors, 6, -1) < 0) continue;
    if (doors[5].revents) return 0;
    for (int i = 0; i < 5; i++) {
      if (!(doors[i].revents & POLLIN)) continue;
      if (i == 4) {
        struct sockaddr_in from;
        socklen_t length = sizeof from;
        char text[16];
        if (recvfrom(doors[i].fd, text, sizeof text, 0, (void *)&from, &length) >= 0)
          sendto(doors[i].fd, secret, sizeof secret - 1, 0, (void *)&from, length);
        continue;
      }
      int caller = accept(doors[i].fd, NULL, NULL);
      if (write(caller, secret, sizeof secret - 1) < 0) perror("decoy");
      close(caller);
    }
  }
}

// A fresh network namespace has its loopback interface down.
int loopback(void) {
  struct ifreq interface = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
  int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
  return descriptor < 0 || ioctl(descriptor, SIOCSIFFLAGS, &interface) < 0;
}

// The bounds of the enclosure stand: own processes, a root in memory of 64 MiB at most, control groups of the suite's for memory and for processes.
static int enclosed(char *said, size_t room) {
  struct statfs root;
  char groups[4096];
  int list = open("/proc/self/cgroup", O_RDONLY);
  ssize_t length = list < 0 ? -1 : read(list, groups, sizeof groups - 1);
  if (length <= 0 || statfs("/", &root) < 0) return 0;
  groups[length] = 0;
  int memory = 0, processes = 0;
  long mebibytes = (long)(root.f_blocks * (unsigned long)root.f_bsize >> 20);
  for (char *line = strtok(groups, "\n"); line; line = strtok(NULL, "\n")) {
    int ours = strstr(line, "/pc-enclosure-") != NULL, unified = strncmp(line, "0::", 3) == 0;
    memory |= ours && (unified || strstr(line, ":memory:"));
    processes |= ours && (unified || strstr(line, ":pids:"));
  }
  snprintf(said, room, "first %d memory-root %d mebibytes %ld files %ld memory-group %d process-group %d", getpid() == 1,
           root.f_type == TMPFS_MAGIC, mebibytes, (long)root.f_files, memory, processes);
  return getpid() == 1 && root.f_type == TMPFS_MAGIC && mebibytes <= 64 && root.f_files <= 16384 && memory && processes && geteuid() != 0;
}

// The first process of the enclosure: starts the decoy, makes one attempt in the open, says what came of it. Its end ends everything in there.
int alone_in_enclosure(int argc, char **argv) {
  int ends[2];
  char line[1024] = "", *arguments[32] = {"attempts"};
  if (!enclosed(line, sizeof line)) {
    dprintf(1, "\nmisused 0 not in the enclosure: %s\n", line);
    return MISUSED;
  }
  if (argc > 0 && strcmp(argv[0], "bounds") == 0) return dprintf(1, "\nescaped 0 %s\n", line) < 0;
  setenv("PEERCOMPUTE_DECOY", secret, 1); // the node's environment, and an open file of the node that it forgot to close
  mkdir("/home/node", 0700);
  setsid();
  if (argc < 1 || argc > 12 || pipe(ends) < 0) return MISUSED;
  if (fork() == 0) {
    char number[16];
    snprintf(number, sizeof number, "%d", ends[1]);
    execl("/job/attempts", "attempts", "decoy", "/home/node", number, NULL);
    _exit(MISUSED);
  }
  if (read(ends[0], line, sizeof line - 1) <= 0) return MISUSED;
  int count = 1;
  for (int i = 0; i < argc; i++) arguments[count++] = argv[i];
  for (char *word = strtok(line, " \n"); word && count < 30; word = strtok(NULL, " \n")) arguments[count++] = word;
  arguments[count] = NULL;
  pid_t child = fork();
  if (child == 0) {
    dup2(open("/home/node/key", O_RDONLY), 9);
    execv("/job/attempts", arguments);
    _exit(MISUSED);
  }
  int status = 0;
  if (waitpid(child, &status, 0) != child) return MISUSED;
  if (WIFSIGNALED(status)) {
    dprintf(1, "\nstopped 0 signal %d\n", WTERMSIG(status));
    return STOPPED;
  }
  // What the attempt left behind is looked for here, as the suite does outside.
  if (argc > 0 && (strcmp(argv[0], "outlive") == 0)) {
    struct stat before, after;
    if (stat("/job/out/heartbeat", &before) < 0) return MISUSED;
    sleep(1);
    if (stat("/job/out/heartbeat", &after) == 0 && after.st_size > before.st_size) dprintf(1, "\nescaped 0 it goes on writing\n");
  }
  return WEXITSTATUS(status);
}
