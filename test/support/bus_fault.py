"""Stands at the far end of a serial line and answers as a bus with a fault does.

Called as `bus_fault.py collision` by socat, which gives it the line as stdin and stdout. Each request is
answered by the bytes of two answers at once, as from two meters that have one number: whole in
length, wrong in every byte that differs.
"""

import os
import sys


def answers(request):
    """What two meters of one number say together; nothing to half a request."""
    if len(request) < 8:
        return b""
    unit, function, count = request[0], request[1], request[5]
    head = bytes([unit, function, 2 * count])
    return head + bytes((3 * at * at + 7) & 0xFF for at in range(2 * count + 2))


def main():
    """Serves until the line ends."""
    assert sys.argv[1:] == ["collision"]
    while request := os.read(0, 256):
        os.write(1, answers(request))


main()
