// SPDX-License-Identifier: Apache-2.0
// Files of the host, of other jobs and of the node; and what is left in the outputs for the node to stumble over.
#include "attempts.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

static const char *out(const struct scene *scene, const char *name) {
  static char path[2][512];
  static int turn;
  char *here = path[turn++ % 2];
  snprintf(here, sizeof path[0], "%s/%s", scene->out, name);
  return here;
}

static struct result node_key(const struct scene *scene) { return has_secret(open(at(scene, "key"), O_RDONLY)); }

static struct result node_journal(const struct scene *scene) { return judge(open(at(scene, "journal"), O_WRONLY | O_APPEND), "open"); }

static struct result other_job(const struct scene *scene) { return has_secret(open(at(scene, "other/out"), O_RDONLY)); }

static struct result climb(const struct scene *scene) {
  char path[1200];
  snprintf(path, sizeof path, "%s/../../../../../../../../../../../../%s", scene->out, at(scene, "key"));
  return has_secret(open(path, O_RDONLY));
}

static struct result climb_first_process(const struct scene *scene) {
  char path[1200];
  snprintf(path, sizeof path, "/proc/1/root/%s", at(scene, "key"));
  return has_secret(open(path, O_RDONLY));
}

static struct result host_write(const struct scene *scene) { return judge(open(at(scene, "planted"), O_WRONLY | O_CREAT, 0600), "open"); }

static struct result host_list(const struct scene *scene) { return judge(open(scene->folder, O_RDONLY | O_DIRECTORY), "open"); }

// A link made here, followed here: names of the host mean nothing inside.
static struct result link_out(const struct scene *scene) {
  if (symlink(at(scene, "key"), out(scene, "through")) < 0) return stopped(errno, "symlink");
  return has_secret(open(out(scene, "through"), O_RDONLY));
}

static struct result hard_link_input(const struct scene *scene) { return judge(link(scene->input, out(scene, "linked")), "link"); }

static struct result hard_link_host(const struct scene *scene) { return judge(link(at(scene, "key"), out(scene, "linked-key")), "link"); }

static struct result write_input(const struct scene *scene) {
  if (chmod(scene->input, 0666) == 0) return escaped("chmod");
  return judge(open(scene->input, O_WRONLY), "open");
}

static struct result write_program(const struct scene *scene) {
  char path[600];
  snprintf(path, sizeof path, "%s.new", scene->program);
  unlink(path);
  int descriptor = open(path, O_WRONLY | O_CREAT, 0700);
  if (descriptor < 0) return stopped(errno, "open");
  unlink(path);
  return escaped("a file beside the program");
}

// A lock or a lease on a file that others of the host open too: they wait, or fail.
static struct result lock_file(const struct scene *scene) {
  int descriptor = open(scene->input, O_RDONLY);
  return descriptor < 0 ? misused("open") : judge(flock(descriptor, LOCK_EX | LOCK_NB), "flock");
}

static struct result lock_range(const struct scene *scene) {
  struct flock all = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
  int descriptor = open(scene->input, O_RDONLY);
  return descriptor < 0 ? misused("open") : judge(fcntl(descriptor, F_OFD_SETLK, &all), "fcntl");
}

static struct result lease_file(const struct scene *scene) {
  int descriptor = open(scene->input, O_RDONLY);
  return descriptor < 0 ? misused("open") : judge(fcntl(descriptor, F_SETLEASE, F_RDLCK), "fcntl");
}

static struct result watch_folder(const struct scene *scene) {
  (void)scene;
  int descriptor = open("/usr/bin", O_RDONLY | O_DIRECTORY);
  return descriptor < 0 ? misused("open") : judge(fcntl(descriptor, F_NOTIFY, DN_CREATE | DN_MULTISHOT), "fcntl");
}

static struct result make_device(const struct scene *scene) { return judge(mknod(out(scene, "disk"), S_IFBLK | 0600, makedev(254, 0)), "mknod"); }

static struct result make_set_user_id(const struct scene *scene) {
  int descriptor = open(out(scene, "suid"), O_WRONLY | O_CREAT, 0700);
  if (descriptor < 0) return stopped(errno, "open");
  return judge(fchmod(descriptor, 06755), "fchmod");
}

// Below: what lies in the outputs afterwards. The attempt says "planted"; the suite looks at what the node makes of it.
static struct result plant_link(const struct scene *scene) { return judge(symlink(at(scene, "key"), out(scene, scene->result)), "planted"); }

static struct result plant_folder_link(const struct scene *scene) { return judge(symlink(scene->folder, out(scene, "folder")), "planted"); }

static struct result plant_fifo(const struct scene *scene) { return judge(mkfifo(out(scene, scene->result), 0644), "planted"); }

static struct result plant_folder(const struct scene *scene) { return judge(mkdir(out(scene, scene->result), 0755), "planted"); }

static struct result plant_socket(const struct scene *scene) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", out(scene, scene->result));
  int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);
  if (descriptor < 0) return stopped(errno, "socket");
  return judge(bind(descriptor, (void *)&address, sizeof address), "planted");
}

static struct result plant_locked(const struct scene *scene) {
  if (mkdir(out(scene, "locked"), 0700) < 0) return stopped(errno, "mkdir");
  close(open(out(scene, "locked/file"), O_WRONLY | O_CREAT, 0600));
  // Without chmod(2), as in a filter's list: a folder is born without rights only after what lies in it.
  if (chmod(out(scene, "locked"), 0) == 0) return escaped("planted");
  mkdir(out(scene, "locked/inner"), 0);
  return escaped("planted");
}

// Deeper than any path can name, so that what deletes by path gives up.
static struct result plant_deep(const struct scene *scene) {
  char name[201];
  memset(name, 'd', sizeof name - 1);
  name[sizeof name - 1] = 0;
  int here = open(scene->out, O_RDONLY | O_DIRECTORY);
  if (here < 0) return stopped(errno, "open");
  for (int depth = 0; depth < 60; depth++) {
    if (mkdirat(here, name, 0700) < 0) return depth > 40 ? escaped("planted") : stopped(errno, "mkdirat");
    int next = openat(here, name, O_RDONLY | O_DIRECTORY);
    if (next < 0) return stopped(errno, "openat");
    close(here);
    here = next;
  }
  close(here);
  return escaped("planted");
}

static struct result plant_sparse(const struct scene *scene) {
  int descriptor = open(out(scene, scene->result), O_WRONLY | O_CREAT, 0600);
  if (descriptor < 0) return stopped(errno, "open");
  return judge(ftruncate(descriptor, 1l << 40), "planted");
}

static struct result plant_names(const struct scene *scene) {
  static const char *const names[] = {"..\n", "\x1b]0;owned\a", "a\\..\\b", "-rf", "\xff\xfe", " ", "result\n"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    int descriptor = open(out(scene, names[i]), O_WRONLY | O_CREAT, 0600);
    if (descriptor < 0) return stopped(errno, "open");
    close(descriptor);
  }
  return escaped("planted");
}

// What a terminal would obey: title, clipboard, clear, an answer typed into the reader's shell; C1 codes, bare and in UTF-8.
static struct result terminal(const struct scene *scene) {
  (void)scene;
  static const char text[] = "\x1b]0;owned\a\x1b[2J\x1b[31mred\x1b]52;c;b3duZWQ=\a\x9b" "2J\xc2\x9b" "2J\r\bhidden\x7f\x1bP+q\x1b\\\xe2\x80\xae" "rtl\n";
  if (write(1, text, sizeof text - 1) < 0 || write(2, text, sizeof text - 1) < 0) return stopped(errno, "write");
  return escaped("written");
}

const struct attempt file_attempts[] = {
    {"node-key", node_key}, {"node-journal", node_journal}, {"other-job", other_job}, {"climb", climb}, {"climb-first-process", climb_first_process},
    {"host-write", host_write}, {"host-list", host_list}, {"link-out", link_out}, {"hard-link-input", hard_link_input},
    {"hard-link-host", hard_link_host}, {"write-input", write_input}, {"lock-file", lock_file}, {"lock-range", lock_range},
    {"lease-file", lease_file}, {"watch-folder", watch_folder}, {"write-program", write_program}, {"make-device", make_device},
    {"make-set-user-id", make_set_user_id}, {"plant-link", plant_link}, {"plant-folder-link", plant_folder_link}, {"plant-fifo", plant_fifo},
    {"plant-folder", plant_folder}, {"plant-socket", plant_socket}, {"plant-locked", plant_locked}, {"plant-deep", plant_deep},
    {"plant-sparse", plant_sparse}, {"plant-names", plant_names}, {"terminal", terminal}, {NULL, NULL},
};
