// SPDX-License-Identifier: Apache-2.0
// Reaching anybody: sockets of every family, directly and through io_uring.
#include "attempts.h"
#include <arpa/inet.h>
#include <linux/if_alg.h>
#include <linux/io_uring.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static struct result reach(int family, int type, const void *address, socklen_t length) {
  int descriptor = socket(family, type | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return stopped(errno, "socket");
  if (connect(descriptor, address, length) < 0) {
    int error = errno;
    close(descriptor);
    return stopped(error, "connect");
  }
  return has_secret(descriptor);
}

static struct result tcp4(const struct scene *scene) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(scene->tcp4), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  return reach(AF_INET, SOCK_STREAM, &address, sizeof address);
}

static struct result tcp6(const struct scene *scene) {
  struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(scene->tcp6), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  return reach(AF_INET6, SOCK_STREAM, &address, sizeof address);
}

// Whether it arrived the decoy answers, for a datagram leaves without being taken.
static struct result udp(const struct scene *scene) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(scene->udp), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return stopped(errno, "socket");
  struct timeval patience = {.tv_sec = 10};
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (connect(descriptor, (void *)&address, sizeof address) < 0) return stopped(errno, "connect");
  if (send(descriptor, "?", 1, 0) < 0) return stopped(errno, "send");
  return has_secret(descriptor);
}

static struct result unix_path(const struct scene *scene) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", at(scene, "socket"));
  return reach(AF_UNIX, SOCK_STREAM, &address, sizeof address);
}

static struct result unix_abstract(const struct scene *scene) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(scene->abstract);
  memcpy(address.sun_path + 1, scene->abstract, length);
  return reach(AF_UNIX, SOCK_STREAM, &address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length));
}

static struct result raw(const struct scene *scene) {
  (void)scene;
  return judge(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), "socket");
}

static struct result packet(const struct scene *scene) {
  (void)scene;
  return judge(socket(AF_PACKET, SOCK_RAW, 0), "socket");
}

static struct result vsock(const struct scene *scene) {
  (void)scene;
  return judge(socket(AF_VSOCK, SOCK_STREAM, 0), "socket");
}

static struct result netlink(const struct scene *scene) {
  (void)scene;
  struct {
    struct nlmsghdr header;
    struct rtgenmsg message;
  } ask = {{sizeof ask, RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 1, 0}, {AF_UNSPEC}};
  char answer[8192];
  int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (descriptor < 0) return stopped(errno, "socket");
  if (send(descriptor, &ask, sizeof ask, 0) < 0) return stopped(errno, "send");
  return judge(recv(descriptor, answer, sizeof answer, 0), "the kernel listed interfaces");
}

static struct result algorithm(const struct scene *scene) {
  (void)scene;
  struct sockaddr_alg address = {.salg_family = AF_ALG, .salg_type = "hash", .salg_name = "sha256"};
  int descriptor = socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return stopped(errno, "socket");
  return judge(bind(descriptor, (void *)&address, sizeof address), "bind");
}

// Local and Internet sockets lead nowhere from a network of one's own; every other family is kernel surface.
static struct result every_family(const struct scene *scene) {
  (void)scene;
  static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET};
  int error = 0;
  for (int family = 0; family < 64; family++)
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
      if (family == AF_UNIX || family == AF_INET || family == AF_INET6) continue;
      if (socket(family, types[i] | SOCK_CLOEXEC, 0) >= 0) return escaped("a family gave a socket");
      error = errno;
    }
  return stopped(error, "socket");
}

static struct result listening(const struct scene *scene) {
  (void)scene;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY)};
  int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return stopped(errno, "socket");
  if (bind(descriptor, (void *)&address, sizeof address) < 0) return stopped(errno, "bind");
  return judge(listen(descriptor, 1), "listen");
}

// A ring makes sockets in the kernel, where no filter of system calls looks.
static struct result ring_socket(const struct scene *scene) {
  (void)scene;
  struct io_uring_params ring = {0};
  int descriptor = (int)syscall(SYS_io_uring_setup, 4, &ring);
  if (descriptor < 0) return stopped(errno, "io_uring_setup");
  size_t length = ring.sq_off.array + ring.sq_entries * sizeof(unsigned);
  if (ring.cq_off.cqes + ring.cq_entries * sizeof(struct io_uring_cqe) > length)
    length = ring.cq_off.cqes + ring.cq_entries * sizeof(struct io_uring_cqe);
  char *queue = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, descriptor, IORING_OFF_SQ_RING);
  struct io_uring_sqe *entry = mmap(NULL, sizeof *entry * ring.sq_entries, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, IORING_OFF_SQES);
  if (queue == MAP_FAILED || entry == MAP_FAILED) return stopped(errno, "mmap");
  memset(entry, 0, sizeof *entry);
  entry->opcode = 45; // IORING_OP_SOCKET, since Linux 5.19
  entry->fd = AF_INET;
  entry->off = SOCK_STREAM;
  *(unsigned *)(queue + ring.sq_off.array) = 0;
  __atomic_store_n((unsigned *)(queue + ring.sq_off.tail), 1, __ATOMIC_RELEASE);
  if (syscall(SYS_io_uring_enter, descriptor, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0) return stopped(errno, "io_uring_enter");
  int answer = ((struct io_uring_cqe *)(queue + ring.cq_off.cqes))->res;
  if (answer >= 0) return escaped("the ring gave a socket");
  errno = -answer;
  return stopped(errno, "the ring refused");
}

const struct attempt network_attempts[] = {
    {"tcp4", tcp4},       {"tcp6", tcp6},       {"udp", udp},       {"unix-path", unix_path},     {"unix-abstract", unix_abstract},
    {"raw-socket", raw},  {"packet-socket", packet}, {"vsock", vsock},   {"netlink", netlink},         {"algorithm-socket", algorithm},
    {"every-family", every_family}, {"listen", listening}, {"ring-socket", ring_socket}, {NULL, NULL},
};
