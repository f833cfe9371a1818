// SPDX-License-Identifier: Apache-2.0
// Copies a folder with all that is in it: copytree FROM TO. Both are named from the task's folder.
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int copy_file(const char *from, const char *to) {
  static char buffer[65536];
  FILE *in = fopen(from, "rb");
  FILE *out = in ? fopen(to, "wb") : NULL;
  size_t n;
  if (!out) return perror(from), 1;
  while ((n = fread(buffer, 1, sizeof buffer, in)) > 0)
    if (fwrite(buffer, 1, n, out) != n) return perror(to), 1;
  int failed = ferror(in);
  fclose(in);
  return fclose(out) != 0 || failed;
}

static int copy_tree(const char *from, const char *to) {
  DIR *dir = opendir(from);
  struct dirent *entry;
  if (!dir || mkdir(to, 0777) != 0) return perror(to), 1;
  while ((entry = readdir(dir))) {
    char below[2048], beside[2048];
    struct stat status;
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
    snprintf(below, sizeof below, "%s/%s", from, entry->d_name);
    snprintf(beside, sizeof beside, "%s/%s", to, entry->d_name);
    if (stat(below, &status) != 0) return perror(below), 1;
    if (S_ISDIR(status.st_mode) ? copy_tree(below, beside) : copy_file(below, beside)) return 1;
  }
  return closedir(dir);
}

int main(int argc, char **argv) { return argc == 3 ? copy_tree(argv[1], argv[2]) : 2; }
