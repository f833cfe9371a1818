// SPDX-License-Identifier: Apache-2.0
// A stand-in for NVIDIA's driver. Its card's memory is the file that lies at /dev/nvidiaN: like a card's it outlives the process, and what is allocated there
// is not cleared. Calls are logged to /dev/nvidiactl. /dev/nvidia-uvm says what goes wrong, a line each: "fail CALL CODE KERNEL" (KERNEL: only in a process
// that has loaded it, or * for any), "hang CALL", "crash CALL", "capability NUMBER".
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE 65536u
#define MOST 4096
static struct { size_t at, bytes; } held[MOST];
static int card = -1, logged = -1, pending;
static unsigned char *memory;
static size_t size;
static char *source;
static struct { char name[64]; } functions[MOST];
static int function_count;

static int answer(const char *call) {
  char line[256], control[4096];
  if (logged < 0) logged = open("/dev/nvidiactl", O_WRONLY | O_APPEND);
  int n = snprintf(line, sizeof line, "%s\n", call);
  if (write(logged, line, n) != n) abort();
  char name[64];
  sscanf(call, "%63s", name);
  int file = open("/dev/nvidia-uvm", O_RDONLY);
  n = read(file, control, sizeof control - 1);
  close(file);
  control[n < 0 ? 0 : n] = 0;
  for (char *at = strtok(control, "\n"); at; at = strtok(NULL, "\n")) {
    char which[64], kernel[64];
    int code;
    if (sscanf(at, "fail %63s %d %63s", which, &code, kernel) == 3 && !strcmp(which, name) && (kernel[0] == '*' || (source && strstr(source, kernel))))
      return code;
    if (sscanf(at, "hang %63s", which) == 1 && !strcmp(which, name)) for (;;) pause();
    if (sscanf(at, "crash %63s", which) == 1 && !strcmp(which, name)) abort();
  }
  return 0;
}

#define CALL(...) do { char said[200]; snprintf(said, sizeof said, __VA_ARGS__); int code = answer(said); if (code) return code; } while (0)

int cuInit(unsigned flags) { CALL("cuInit %u", flags); return 0; }

static int cards(void) {
  int found = 0;
  for (int i = 0; i < 16; i++) {
    char name[32];
    snprintf(name, sizeof name, "/dev/nvidia%d", i);
    int file = open(name, O_RDWR);
    if (file < 0) continue;
    if (found++) close(file); else card = file;
  }
  return found;
}

int cuDeviceGetCount(int *count) { CALL("cuDeviceGetCount"); *count = cards(); return 0; }
int cuDeviceGet(int *device, int ordinal) { CALL("cuDeviceGet %d", ordinal); *device = ordinal; return card < 0 ? 101 : 0; }

int cuDeviceGetAttribute(int *value, int attribute, int device) {
  CALL("cuDeviceGetAttribute %d", attribute);
  int capability = 86;
  FILE *control = fopen("/dev/nvidia-uvm", "r");
  for (char line[128]; control && fgets(line, sizeof line, control);) sscanf(line, "capability %d", &capability);
  if (control) fclose(control);
  *value = attribute == 75 ? capability / 10 : attribute == 76 ? capability % 10 : -1;
  return *value < 0;
}

int cuDeviceTotalMem_v2(size_t *bytes, int device) {
  CALL("cuDeviceTotalMem_v2");
  struct stat stat;
  if (fstat(card, &stat)) return 999;
  *bytes = size = stat.st_size;
  return 0;
}

int cuCtxCreate_v2(void **context, unsigned flags, int device) {
  CALL("cuCtxCreate_v2");
  memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, card, 0);
  *context = memory;
  return memory == MAP_FAILED ? 999 : 0;
}

int cuCtxDestroy_v2(void *context) { CALL("cuCtxDestroy_v2"); return context == memory ? munmap(memory, size) : 201; }

int cuModuleLoadDataEx(void **module, const char *image, unsigned count, int *options, void **values) {
  source = strdup(image);
  CALL("cuModuleLoadDataEx %u", count);
  if (strstr(image, "nonsense")) {
    if (count != 2 || options[0] != 5 || options[1] != 6) return 1;
    snprintf(values[0], (size_t)values[1], "ptxas line 7: nonsense is no instruction");
    return 218;
  }
  *module = source;
  return 0;
}

int cuModuleUnload(void *module) { CALL("cuModuleUnload"); return module == source ? 0 : 400; }

int cuModuleGetFunction(void **function, void *module, const char *name) {
  CALL("cuModuleGetFunction %s", name);
  if (!strstr(module, name)) return 500;
  strncpy(functions[function_count].name, name, 63);
  *function = &functions[function_count++];
  return 0;
}

int cuMemAlloc_v2(uint64_t *pointer, size_t bytes) {
  CALL("cuMemAlloc_v2 %zu", bytes);
  size_t pages = (bytes + PAGE - 1) / PAGE * PAGE;
  for (size_t at = 0; at + pages <= size; at += PAGE) {
    int free = 1, slot = -1;
    for (int i = 0; i < MOST; i++) {
      if (!held[i].bytes) slot = i;
      else if (held[i].at < at + pages && at < held[i].at + held[i].bytes) free = 0;
    }
    if (!free || slot < 0) continue;
    held[slot].at = at;
    held[slot].bytes = pages;
    *pointer = (uint64_t)(memory + at);
    return 0;
  }
  return 2;
}

int cuMemFree_v2(uint64_t pointer) {
  CALL("cuMemFree_v2");
  for (int i = 0; i < MOST; i++)
    if (held[i].bytes && memory + held[i].at == (unsigned char *)pointer) { held[i].bytes = 0; return 0; }
  return 1;
}

int cuMemsetD8_v2(uint64_t to, unsigned char value, size_t bytes) { CALL("cuMemsetD8_v2 %u %zu", value, bytes); memset((void *)to, value, bytes); return 0; }
int cuMemcpyHtoD_v2(uint64_t to, const void *from, size_t bytes) { CALL("cuMemcpyHtoD_v2 %zu", bytes); memcpy((void *)to, from, bytes); return 0; }
int cuMemcpyDtoH_v2(void *to, uint64_t from, size_t bytes) { CALL("cuMemcpyDtoH_v2 %zu", bytes); memcpy(to, (void *)from, bytes); return 0; }

static uint32_t *words(void *argument) { return *(uint32_t **)argument; }
static uint32_t word(void *argument) { return *(uint32_t *)argument; }

int cuLaunchKernel(void *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared, void *stream, void **a,
                   void **x) {
  const char *name = function;
  CALL("cuLaunchKernel %s %u %u %u %u %u %u %u", name, gx, gy, gz, bx, by, bz, shared);
  unsigned items = gx * gy * gz * bx * by * bz;
  if (!strcmp(name, "canary")) for (unsigned i = 0; i < items; i++) words(a[0])[i] = 3 * i + word(a[1]);
  if (!strcmp(name, "scale")) {  // out[i] = in[i] * n + task * 100 + round
    for (unsigned i = 0; i < items; i++) words(a[1])[i] = words(a[0])[i] * word(a[2]) + word(a[3]) * 100 + word(a[4]);
  }
  if (!strcmp(name, "endless")) {
    for (unsigned i = 0; i < items; i++) words(a[0])[i] = 0xC0FFEE42;
    for (;;) pause();
  }
  if (!strcmp(name, "look")) {  // everywhere, as a card without walls between its users would let it
    for (size_t i = 0; i < size / 4; i++) if (((uint32_t *)memory)[i] == 0xC0FFEE42) ++*words(a[0]);
  }
  if (!strcmp(name, "wild")) pending = 700;
  return 0;
}

int cuCtxSynchronize(void) { CALL("cuCtxSynchronize"); return pending; }
