"""The paces that all workers share, in Redis (an edge).

One script decides for all keys of a question, in one round trip, by the clock of Redis: so it does
not matter whose clock is wrong, nor how many ask at once. Measured (Redis 6.2, a Unix socket):
1.0 ms with the round trip for 300 domains, 0.09 ms for one.

Nobody sleeps here, and the gate never opens by itself:

- Redis forgets everything (a flush, a restart): every pace begins empty.
- Redis is away: this process keeps paces of its own, `ALONE` times slower, so that together up to
  so many workers stay within the limit. That is logged once, and Redis is asked again every few
  seconds.
"""

import logging
import struct
import time
from collections.abc import Callable, Mapping

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoConnection
from redis.retry import Retry

from mailer.mailings.limits import SECOND, Book, Rate, Turn, decide, new_book

_log = logging.getLogger(__name__)

#: By how much a worker without Redis slows down: as many as ten then stay within a limit.
ALONE = 10
#: Seconds that Redis is given to answer, and for which it is left alone when it did not.
_PATIENCE, _REST = 0.25, 5.0
#: The paces of this process that are kept at most; beyond, those at rest are forgotten.
_KEPT = 10_000

_PREFIX = "mailer:pace:"
#: When the memory began. Whatever wipes the paces wipes it too.
_SINCE = f"{_PREFIX}since"
#: The era of the moments given out: it ends when everybody who waits is let go.
_ERA = f"{_PREFIX}era"
#: Bytes of the clock at the head of an answer.
_CLOCK = 8

# KEYS: the beginning, the era, then a pace each. ARGV: three doubles a pace: step, lane, wanted.
# The answer is the clock, and two doubles a pace: go, wait. Packed: as words, all took half as long
# again. It is `limits.decide`, line by line. A pace at rest needs no memory, and is dropped.
DECIDE = """
local clock = redis.call('TIME')
local now, second = clock[1] * 1000000 + clock[2], 1000000
local since, era = unpack(redis.call('MGET', KEYS[1], KEYS[2]))
if not since then
  since = string.format('%.0f', now)
  redis.call('SET', KEYS[1], since)
end
era = tonumber(era or 0)
local books = redis.call('MGET', unpack(KEYS, 3))
local told, at = {}, 1
for i = 1, #books do
  local step, lane, wanted, spent, last, before
  step, lane, wanted, at = struct.unpack('<ddd', ARGV[1], at)
  if books[i] then
    spent, last, before = struct.unpack('<ddd', books[i])
  else
    spent, last, before = since + second + step, 0, era
  end
  local latest = now + second + step
  if era ~= before or spent > latest then last = 0 end
  spent = math.max(now, math.min(spent, latest))
  local room = 0
  if spent <= now + second then room = math.floor((now + second - spent) / step) + 1 end
  local go = math.min(wanted, room)
  spent = math.floor(spent + go * step)
  local start = math.max(last, spent - second)
  last = lane > 0 and math.floor(start + (wanted - go) * lane) or 0
  told[i] = struct.pack('<dd', go, start - now)
  local rest = math.floor((math.max(now, spent, last) - now) / 1000) + 1000
  redis.call('SET', KEYS[i + 2], struct.pack('<ddd', spent, last, era), 'PX', rest)
end
return struct.pack('<d', now) .. table.concat(told)
"""


class Throttle:
    """The paces at the Redis of `url`; one for each process. `clock` is for paces of our own."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = Redis.from_url(
            url,
            socket_timeout=_PATIENCE,
            socket_connect_timeout=_PATIENCE,
            # Once more at once, for a line that broke while nobody spoke on it.
            retry=Retry(NoBackoff(), 1, supported_errors=(NoConnection,)),
        )
        self._script = self._redis.register_script(DECIDE)
        self._clock = clock
        self._alone: _Alone | None = None
        self._ask_again_at = 0.0

    def ask(self, wanted: Mapping[Rate, int]) -> dict[Rate, Turn]:
        """What each pace answers; no question, no round trip.

        A negative number gives back what was granted and not used.
        """
        if not wanted:
            return {}
        if self._alone is not None and self._clock() < self._ask_again_at:
            return self._alone.ask(wanted)
        try:
            turns = self._ask(wanted)
        except (RedisError, OSError) as error:
            return self._without(error).ask(wanted)
        if self._alone is not None:
            _log.info("Redis answers again: the limits are shared again")
            self._alone = None
        return turns

    def end_era(self) -> bool:
        """Everybody who waits is being let go, so every horizon is empty; False without Redis."""
        try:
            self._redis.incr(_ERA)
        except (RedisError, OSError) as error:
            _log.warning("Redis cannot be asked, so nobody is let go yet: %s", error)
            return False
        return True

    def close(self) -> None:
        """Leave Redis."""
        self._redis.close()

    def _ask(self, wanted: Mapping[Rate, int]) -> dict[Rate, Turn]:
        keys = [_SINCE, _ERA, *(_PREFIX + rate.key for rate in wanted)]
        words = [word for rate, count in wanted.items() for word in (rate.step, rate.lane, count)]
        told = self._script(keys, [struct.pack(f"<{len(words)}d", *words)])
        answers = struct.iter_unpack("<dd", told[_CLOCK:])
        return {rate: Turn(int(go), wait) for rate, (go, wait) in zip(wanted, answers, strict=True)}

    def _without(self, error: Exception) -> "_Alone":
        self._ask_again_at = self._clock() + _REST
        if self._alone is None:
            _log.warning(
                "Redis cannot be asked, so each worker keeps 1/%s of every limit by itself: %s",
                ALONE,
                error,
            )
            self._alone = _Alone(self._clock)
        return self._alone


class _Alone:
    """Paces of this process, `ALONE` times slower. Each begins empty.

    The others come again at the whole pace: how long Redis stays away is not known, and whoever
    was sent hours ahead would not come back when it returns.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since = clock() * SECOND
        self._books: dict[str, Book] = {}

    def ask(self, wanted: Mapping[Rate, int]) -> dict[Rate, Turn]:
        now = self._clock() * SECOND
        if len(self._books) > _KEPT:
            self._books = {key: book for key, book in self._books.items() if max(book) > now}
        return {rate: self._one(rate, count, now) for rate, count in wanted.items()}

    def _one(self, rate: Rate, count: int, now: float) -> Turn:
        slow = rate._replace(step=rate.step * ALONE)
        book = self._books.get(rate.key) or new_book(slow, self._since)
        turn, self._books[rate.key] = decide(book, slow, count, now)
        return turn
