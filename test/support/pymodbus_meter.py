"""A Modbus TCP server of Debian's python3-pymodbus that holds the registers it is told to.

The first line on stdin is a JSON list of register blocks; the server then prints one line,
{"port": N}. Each later line on stdin is a list too: its blocks are written into the running server,
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
from pymodbus.server.async_io import ModbusTcpServer

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


async def main():
    """Serves until stdin ends."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=1 << 22)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    context = ModbusServerContext(slaves={}, single=False)
    write(context, await next_line(reader))
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    server = ModbusTcpServer(context, address=("127.0.0.1", port), allow_reuse_address=True)
    serving = loop.create_task(server.serve_forever())
    await server.serving
    say({"port": server.server.sockets[0].getsockname()[1]})
    while (blocks := await next_line(reader)) is not None:
        say({"written": write(context, blocks)})
    serving.cancel()
    await server.shutdown()


asyncio.run(main())
