// SPDX-License-Identifier: Apache-2.0
// The kernel's wider surface: what no program of a job needs, and what was the way in of many past exploits.
#include "attempts.h"
#include <asm/ldt.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/stat.h>
#include <sys/fanotify.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/reboot.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#define ALONE(name, call, note)                  \
  static struct result name(const struct scene *scene) { \
    (void)scene;                                 \
    return judge((long)(call), note);            \
  }

ALONE(add_key, syscall(SYS_add_key, "user", "decoy", "x", 1ul, -3 /* session */), "add_key")
ALONE(request_key, syscall(SYS_request_key, "keyring", "_uid_ses.0", NULL, 0), "request_key")
ALONE(key_control, syscall(SYS_keyctl, 0 /* get id */, -3, 1), "keyctl")
ALONE(user_fault, syscall(SYS_userfaultfd, 1 /* user mode only */ | O_CLOEXEC), "userfaultfd")
ALONE(system_log, klogctl(3, (char[4096]){0}, 4096), "syslog")
ALONE(run_as, personality(ADDR_NO_RANDOMIZE), "personality")
ALONE(load_kernel, syscall(SYS_kexec_load, 0ul, 0ul, NULL, 0ul), "kexec_load")
ALONE(load_kernel_file, syscall(SYS_kexec_file_load, -1, -1, 0ul, "", 0ul), "kexec_file_load")
ALONE(load_module, syscall(SYS_init_module, "", 0ul, ""), "init_module")
ALONE(load_module_file, syscall(SYS_finit_module, -1, "", 0), "finit_module")
ALONE(unload_module, syscall(SYS_delete_module, "no_such_module", O_NONBLOCK), "delete_module")
ALONE(boot_again, reboot(RB_DISABLE_CAD), "reboot")
ALONE(account, acct(NULL), "acct")
ALONE(swap, swapoff("/nowhere"), "swapoff")
ALONE(quota, syscall(SYS_quotactl, 0x80000001u, NULL, 0, NULL), "quotactl")
ALONE(ports, ioperm(0x80, 1, 1), "ioperm")
ALONE(port_level, iopl(3), "iopl")
ALONE(watch_files, syscall(SYS_fanotify_init, 0x200 /* report fid */, O_RDONLY), "fanotify_init")
ALONE(secret_memory, syscall(447, 0), "memfd_secret")

static struct result ring(const struct scene *scene) {
  (void)scene;
  struct io_uring_params parameters = {0};
  return judge(syscall(SYS_io_uring_setup, 1, &parameters), "io_uring_setup");
}

static struct result bpf_map(const struct scene *scene) {
  (void)scene;
  union bpf_attr map = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 1};
  return judge(syscall(SYS_bpf, BPF_MAP_CREATE, &map, sizeof map), "bpf");
}

static struct result perf(const struct scene *scene) {
  (void)scene;
  struct perf_event_attr event = {.type = PERF_TYPE_SOFTWARE, .size = sizeof event, .config = PERF_COUNT_SW_TASK_CLOCK, .exclude_kernel = 1, .exclude_hv = 1};
  return judge(syscall(SYS_perf_event_open, &event, 0, -1, -1, 0), "perf_event_open");
}

static struct result segments(const struct scene *scene) {
  (void)scene;
  struct user_desc entry = {.entry_number = 0, .base_addr = 0, .limit = 1, .seg_32bit = 1};
  return judge(syscall(SYS_modify_ldt, 1, &entry, sizeof entry), "modify_ldt");
}

// The time that the clock shows anyway, should it be let.
static struct result set_clock(const struct scene *scene) {
  (void)scene;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return judge(syscall(SYS_clock_settime, CLOCK_REALTIME, &now), "clock_settime");
}

static struct result set_day(const struct scene *scene) {
  (void)scene;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  long day[2] = {now.tv_sec, now.tv_nsec / 1000};
  return judge(syscall(SYS_settimeofday, day, NULL), "settimeofday");
}

static struct result adjust_clock(const struct scene *scene) {
  (void)scene;
  struct timex now = {.modes = 0};
  adjtimex(&now);
  now.modes = ADJ_FREQUENCY;
  return judge(syscall(SYS_adjtimex, &now), "adjtimex");
}

static struct result adjust_clock_by_id(const struct scene *scene) {
  (void)scene;
  struct timex now = {.modes = 0};
  syscall(SYS_clock_adjtime, CLOCK_REALTIME, &now);
  now.modes = ADJ_FREQUENCY;
  return judge(syscall(SYS_clock_adjtime, CLOCK_REALTIME, &now), "clock_adjtime");
}

// One context of the few that all of the machine's programs share.
static struct result asynchronous(const struct scene *scene) {
  (void)scene;
  unsigned long context = 0;
  struct result result = judge(syscall(SYS_io_setup, 1024, &context), "io_setup");
  if (context) syscall(SYS_io_destroy, context);
  return result;
}

// The same kernel by its other doors, whose numbers a filter for the first may not know.
static struct result x32(const struct scene *scene) {
  (void)scene;
  return judge(syscall(0x40000000 + SYS_getpid), "getpid by its x32 number");
}

static struct result old_gate(const struct scene *scene) {
  (void)scene;
  long answer;
  __asm__ volatile("int $0x80" : "=a"(answer) : "a"(20 /* getpid */) : "memory", "r8", "r9", "r10", "r11");
  if (answer > 0) return escaped("getpid by int 0x80");
  errno = (int)-answer;
  return stopped(errno, "int 0x80");
}

// Nothing but a new filter on top of the old ones is ever allowed; one that allows everything must not loosen them.
static struct result remove_filter(const struct scene *scene) {
  (void)scene;
  prctl(PR_SET_SECCOMP, 0, 0, 0, 0);
  if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 0) return escaped("no filter of system calls");
  return stopped(errno ? errno : EPERM, "the filter stays");
}

static struct result new_privileges(const struct scene *scene) {
  (void)scene;
  if (prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0) return escaped("taken back");
  int error = errno, state = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
  return state == 0 ? escaped("new privileges are possible") : stopped(error, "prctl");
}

static struct result type_ahead(const struct scene *scene, unsigned long request) {
  (void)scene;
  int manager = open("/dev/ptmx", O_RDWR | O_NOCTTY);
  if (manager < 0) return stopped(errno, "open");
  int zero = 0, slave;
  if (ioctl(manager, TIOCSPTLCK, &zero) < 0) return stopped(errno, "ioctl");
  slave = ioctl(manager, TIOCGPTPEER, O_RDWR | O_NOCTTY);
  if (slave < 0) return stopped(errno, "ioctl");
  setsid();
  ioctl(slave, TIOCSCTTY, 0);
  char letter = request == TIOCSTI ? 'x' : 2;
  return judge(ioctl(slave, request, &letter), "ioctl");
}

static struct result type_for_others(const struct scene *scene) { return type_ahead(scene, TIOCSTI); }

// The upper half of the argument is no part of the number for the kernel, but may be for a filter.
static struct result type_by_wide_number(const struct scene *scene) { return type_ahead(scene, 0x100000000ul | TIOCSTI); }

static struct result console(const struct scene *scene) { return type_ahead(scene, TIOCLINUX); }

static struct result open_any(const char *const *paths, int flags, const char *note) {
  int error = ENOENT;
  for (; *paths; paths++) {
    int descriptor = open(*paths, flags | O_NONBLOCK | O_CLOEXEC);
    if (descriptor >= 0) return escaped(*paths);
    if (errno != ENOENT) error = errno;
  }
  return stopped(error, note);
}

static struct result devices(const struct scene *scene) {
  (void)scene;
  static const char *const paths[] = {"/dev/kmsg", "/dev/mem", "/dev/kvm", "/dev/fuse", "/dev/vda", "/dev/sda", "/dev/loop-control", "/dev/net/tun",
                                      "/dev/userfaultfd", "/dev/uinput", "/dev/vhost-net", "/dev/vsock", "/dev/nvidiactl", "/dev/dri/card0",
                                      "/dev/mapper/control", "/dev/hpet", "/dev/rtc0", "/dev/console", "/dev/tty0", NULL};
  return open_any(paths, O_RDONLY, "open");
}

// Opened for writing, never written: these are the machine's own.
static struct result kernel_settings(const struct scene *scene) {
  (void)scene;
  static const char *const paths[] = {"/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/vm/overcommit_memory",
                                      "/proc/sys/fs/suid_dumpable", "/proc/sysrq-trigger", "/proc/sys/kernel/pid_max", "/proc/irq/default_smp_affinity", NULL};
  return open_any(paths, O_WRONLY, "open");
}

static struct result kernel_objects(const struct scene *scene) {
  (void)scene;
  static const char *const paths[] = {"/sys/kernel/uevent_helper", "/sys/power/state", "/sys/kernel/mm/ksm/run", "/sys/module/printk/parameters/time",
                                      "/sys/fs/cgroup/release_agent", "/sys/kernel/security/lsm", NULL};
  return open_any(paths, O_WRONLY, "open");
}

static struct result kernel_memory(const struct scene *scene) {
  (void)scene;
  static const char *const paths[] = {"/proc/kcore", "/proc/kmsg", "/proc/vmallocinfo", "/proc/slabinfo", "/proc/kpageflags", "/sys/kernel/debug", NULL};
  int error = ENOENT;
  for (const char *const *path = paths; *path; path++) {
    int descriptor = open(*path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct stat what;
    if (descriptor < 0 && errno != ENOENT) error = errno;
    if (descriptor < 0 || (fstat(descriptor, &what) == 0 && what.st_rdev == makedev(1, 3))) continue; // the null device lies over it
    return escaped(*path);
  }
  return stopped(error == ENOENT ? 0 : error, "open");
}

const struct attempt kernel_attempts[] = {
    {"add-key", add_key}, {"request-key", request_key}, {"keyctl", key_control}, {"userfaultfd", user_fault}, {"syslog", system_log},
    {"personality", run_as}, {"kexec", load_kernel}, {"kexec-file", load_kernel_file}, {"init-module", load_module},
    {"finit-module", load_module_file}, {"delete-module", unload_module}, {"reboot", boot_again}, {"acct", account}, {"swapoff", swap},
    {"quota", quota}, {"ioperm", ports}, {"iopl", port_level}, {"fanotify", watch_files}, {"secret-memory", secret_memory}, {"io-uring", ring},
    {"bpf", bpf_map}, {"perf", perf}, {"modify-ldt", segments}, {"clock-settime", set_clock}, {"settimeofday", set_day}, {"adjtimex", adjust_clock},
    {"clock-adjtime", adjust_clock_by_id}, {"asynchronous-io", asynchronous}, {"x32", x32}, {"int80", old_gate},
    {"remove-filter", remove_filter}, {"new-privileges", new_privileges},
    {"tiocsti", type_for_others}, {"tiocsti-wide", type_by_wide_number}, {"tioclinux", console}, {"devices", devices},
    {"kernel-settings", kernel_settings}, {"sysfs", kernel_objects}, {"kernel-memory", kernel_memory}, {NULL, NULL},
};
