/*
 * A Modbus TCP server of Debian's libmodbus that holds the registers it is told to.
 *
 * Stdin has lines "FUNCTION ADDRESS WORD" (3: holding, 4: input registers) and ends with an empty
 * one. Then the server prints the port that it listens at on 127.0.0.1 and answers one connection
 * after the other. The end of stdin ends it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <modbus.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define REGISTERS 65536

static modbus_mapping_t *read_registers(void) {
  modbus_mapping_t *map = modbus_mapping_new(0, 0, REGISTERS, REGISTERS);
  char line[64];
  if (map == NULL) exit(1);
  while (fgets(line, sizeof line, stdin) != NULL && line[0] != '\n') {
    unsigned function, address, word;
    if (sscanf(line, "%u %u %u", &function, &address, &word) != 3) exit(1);
    if (address >= REGISTERS) exit(1);
    (function == 3 ? map->tab_registers : map->tab_input_registers)[address] = word;
  }
  return map;
}

static int listening_port(int socket) {
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  if (getsockname(socket, (struct sockaddr *)&address, &size) != 0) exit(1);
  return ntohs(address.sin_port);
}

/* Waits until one of both can be read; ends the program when stdin has ended. */
static void wait_for(int socket) {
  struct pollfd both[2] = {{socket, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
  while (poll(both, 2, -1) < 0 && errno == EINTR) continue;
  if (both[1].revents != 0) exit(0);
}

int main(void) {
  modbus_mapping_t *map = read_registers();
  modbus_t *context = modbus_new_tcp("127.0.0.1", 0);
  int listening = modbus_tcp_listen(context, 4);
  if (listening < 0) return 1;
  printf("%d\n", listening_port(listening));
  fflush(stdout);
  for (;;) {
    uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
    int length;
    wait_for(listening);
    if (modbus_tcp_accept(context, &listening) < 0) return 1;
    do {
      wait_for(modbus_get_socket(context));
      length = modbus_receive(context, query);
      if (length > 0) modbus_reply(context, query, length, map);
    } while (length >= 0);
    modbus_close(context);
  }
}
