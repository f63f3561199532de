"""A Modbus server of Debian's python3-pymodbus that holds the registers it is told to.

Called as `pymodbus_meter.py tcp PORT`, `… rtu-over-tcp PORT` (RTU frames over TCP) or `… rtu DEVICE`
(on a serial port, at 9600 8N1).

The first line on stdin is a JSON list of register blocks; the server then prints one line,
{"port": N} (0 on a serial port). Each later line on stdin is a list too: its blocks are written into the running server,
which answers {"written": N}. The end of stdin ends the server.

A block is {"unit": 1, "functionCode": 4, "address": 0, "registers": [0, 1]}. A register that no
block has named does not exist: reading it is answered with exception 2. A unit that no block has
named is silent.
"""

import asyncio
import json
import sys

from pymodbus.datastore import (
    ModbusServerContext,
    ModbusSlaveContext,
    ModbusSparseDataBlock,
)
from pymodbus.framer.rtu_framer import ModbusRtuFramer
from pymodbus.framer.socket_framer import ModbusSocketFramer
from pymodbus.server.async_io import ModbusSerialServer, ModbusTcpServer

STORES = {3: "h", 4: "i"}


def new_unit():
    """A unit without any register; the library takes no empty block, so there is one at 65536."""
    blocks = {name: ModbusSparseDataBlock({65536: 0}) for name in ("di", "co", "ir", "hr")}
    return ModbusSlaveContext(zero_mode=True, **blocks)


def write(context, blocks):
    """Writes blocks into the units; returns how many registers that were."""
    written = 0
    for block in blocks:
        if block["unit"] not in context:
            context[block["unit"]] = new_unit()
        values = context[block["unit"]].store[STORES[block["functionCode"]]].values
        for offset, register in enumerate(block["registers"]):
            values[block["address"] + offset] = register
            written += 1
    return written


def say(message):
    """Prints one line of JSON at once."""
    print(json.dumps(message), flush=True)


async def next_line(reader):
    """The next line of stdin as JSON; None at its end."""
    line = await reader.readline()
    return json.loads(line) if line else None


async def serve_tcp(context, port, framer):
    """Starts listening; returns the server and its port."""
    address = ("127.0.0.1", port)
    server = ModbusTcpServer(context, framer=framer, address=address, allow_reuse_address=True)
    serving = asyncio.get_running_loop().create_task(server.serve_forever())
    await server.serving
    return server, server.server.sockets[0].getsockname()[1], serving


async def serve_serial(context, device):
    """Opens the serial port; returns the server and no port."""
    server = ModbusSerialServer(
        context, framer=ModbusRtuFramer, port=device, baudrate=9600, ignore_missing_slaves=True
    )
    await server.start()
    serving = asyncio.get_running_loop().create_task(server.serve_forever())
    return server, 0, serving


async def main():
    """Serves until stdin ends."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=1 << 22)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    context = ModbusServerContext(slaves={}, single=False)
    write(context, await next_line(reader))
    kind, place = sys.argv[1:3]
    if kind == "rtu":
        server, port, serving = await serve_serial(context, place)
    else:
        framer = ModbusSocketFramer if kind == "tcp" else ModbusRtuFramer
        server, port, serving = await serve_tcp(context, int(place), framer)
    say({"port": port})
    while (blocks := await next_line(reader)) is not None:
        say({"written": write(context, blocks)})
    serving.cancel()
    await server.shutdown()


asyncio.run(main())
