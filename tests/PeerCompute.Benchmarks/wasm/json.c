// SPDX-License-Identifier: Apache-2.0
// A switch in a loop, small calls, pointers: writes a JSON text and reads it again into a tree (RFC 8259 without escapes of code points).
#include <stdint.h>

#define TEXT (1 << 21)
#define NODES 200000

typedef struct node {
  int kind;
  uint32_t hash;
  int64_t number;
  struct node *child, *next;
} node;

static char text[TEXT];
static node nodes[NODES];
static uint32_t length, used;
static const char *at;

static void put(const char *s) {
  while (*s) text[length++] = *s++;
}

static void put_number(int64_t n) {
  char digits[24];
  int count = 0;
  if (n < 0) {
    text[length++] = '-';
    n = -n;
  }
  do digits[count++] = (char)('0' + n % 10);
  while (n /= 10);
  while (count) text[length++] = digits[--count];
}

static void write_text(void) {
  uint32_t x = 99;
  length = 0;
  put("[");
  for (int i = 0; i < 12000; i++) {
    x = x * 1664525u + 1013904223u;
    if (i) put(",\n ");
    put("{\"id\": ");
    put_number(i);
    put(", \"name\": \"item ");
    put_number(x >> 8);
    put("\", \"tags\": [\"a\", \"\\\"quoted\\\"\", null, true], \"price\": ");
    put_number((int32_t)x / 1000);
    put(x & 4096 ? ", \"stock\": {\"here\": false, \"there\": 17}}" : "}");
  }
  put("]");
  text[length] = 0;
}

static void space(void) {
  while (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r') at++;
}

static uint32_t string(void) {
  uint32_t hash = 2166136261u;
  for (at++; *at != '"'; at++) {
    if (*at == '\\') at++;
    hash = (hash ^ (uint8_t)*at) * 16777619u;
  }
  at++;
  return hash;
}

static node *value(void) {
  node *n = &nodes[used++];
  n->child = n->next = 0;
  n->hash = 0;
  n->number = 0;
  space();
  n->kind = *at;
  switch (*at) {
    case '{':
    case '[': {
      char end = *at == '{' ? '}' : ']';
      node **link = &n->child;
      at++;
      for (space(); *at != end; space()) {
        uint32_t name = 0;
        if (end == '}') {
          name = string();
          space();
          at++;
        }
        node *member = value();
        member->hash = member->hash * 31 + name;
        *link = member;
        link = &member->next;
        space();
        if (*at == ',') {
          at++;
          space();
        }
      }
      at++;
      break;
    }
    case '"': n->hash = string(); break;
    case 't': at += 4; break;
    case 'f': at += 5; break;
    case 'n': at += 4; break;
    default: {
      int negative = *at == '-';
      at += negative;
      while (*at >= '0' && *at <= '9') n->number = n->number * 10 + (*at++ - '0');
      if (negative) n->number = -n->number;
      n->kind = '0';
    }
  }
  return n;
}

static uint64_t sum(const node *n) {
  uint64_t all = (uint64_t)n->kind * 7 + n->hash + (uint64_t)n->number * 3;
  for (const node *c = n->child; c; c = c->next) all = all * 31 + sum(c);
  return all;
}

uint64_t run(void) {
  uint64_t all = 0;
  for (int round = 0; round < 10; round++) {
    write_text();
    used = 0;
    at = text;
    all = all * 3 + sum(value());
  }
  return all;
}
