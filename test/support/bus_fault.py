"""Stands at the far end of a serial line and does what a bus with a fault does.

Called by socat, which gives it the line as stdin and stdout:

`bus_fault.py collision`: each request is answered by the bytes of two answers at once, as from two
meters that have one number: whole in length, wrong in every byte that differs.

`bus_fault.py speed BAUD NEAR FAR`: what comes passes on to the serial port FAR and back, but only while
the port NEAR, from which it comes, is set to that speed: a meter hears nothing at another one.
"""

import os
import select
import sys
import termios
import tty

OUTPUT_SPEED = 5


def collide(request):
    """What two meters of one number say together; nothing to half a request."""
    if len(request) < 8:
        return b""
    unit, function, count = request[0], request[1], request[5]
    head = bytes([unit, function, 2 * count])
    return head + bytes((3 * at * at + 7) & 0xFF for at in range(2 * count + 2))


def collision():
    """Answers until the line ends."""
    while request := os.read(0, 256):
        os.write(1, collide(request))


def speed(baud, near, far):
    """Passes on what is sent at that speed until the line ends."""
    wanted = getattr(termios, "B" + baud)
    sender = os.open(near, os.O_RDWR | os.O_NOCTTY)
    meter = os.open(far, os.O_RDWR | os.O_NOCTTY)
    tty.setraw(meter)
    while True:
        ready, _, _ = select.select([0, meter], [], [])
        is_heard = termios.tcgetattr(sender)[OUTPUT_SPEED] == wanted
        for source in ready:
            heard = os.read(source, 256)
            if not heard:
                return
            if is_heard:
                os.write(meter if source == 0 else 1, heard)


{"collision": collision, "speed": speed}[sys.argv[1]](*sys.argv[2:])
