"""The counts of sign-ups, or of clicks, that all web processes share, in Redis (an edge).

One script, one round trip. Where Redis is away each process counts by itself, `quota.ALONE` times
stricter; that is logged once, and Redis is asked again every few seconds. It is never open.
"""

import logging
import time
from collections.abc import Callable

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoConnection
from redis.retry import Retry

from mailer.subscribers.quota import ALONE, HOUR, UNPROVEN, Quota, Window

_log = logging.getLogger(__name__)

#: Seconds that Redis is given to answer, and for which it is left alone when it did not.
_PATIENCE, _REST = 0.25, 5.0

# KEYS: everybody, the network. ARGV: the most of everybody, of the network (0: not known), the
# seconds after which a count is forgotten. It is `quota.Window.admit`, line by line.
ADMIT = """
if tonumber(redis.call('GET', KEYS[1]) or 0) >= tonumber(ARGV[1]) then return 0 end
local function count(key, most)
  local now = redis.call('INCR', key)
  if now == 1 then redis.call('EXPIRE', key, ARGV[3]) end
  return now <= tonumber(most)
end
if ARGV[2] ~= '0' and not count(KEYS[2], ARGV[2]) then return 0 end
return count(KEYS[1], ARGV[1]) and 1 or 0
"""


class Turnstile:
    """The counts of `what` at the Redis of `url`; one for each process. `clock` is Unix time."""

    def __init__(
        self, url: str, clock: Callable[[], float] = time.time, what: str = "signups"
    ) -> None:
        self._what = what
        self._redis = Redis.from_url(
            url,
            socket_timeout=_PATIENCE,
            socket_connect_timeout=_PATIENCE,
            # Once more at once, for a line that broke while nobody spoke on it.
            retry=Retry(NoBackoff(), 1, supported_errors=(NoConnection,)),
        )
        self._script = self._redis.register_script(ADMIT)
        self._clock = clock
        self._alone: Window | None = None
        self._ask_again_at = 0.0

    def admit(self, network: str, quota: Quota, *, proven: bool) -> bool:
        """Whether one more request may pass, and count it; `network` "" is not known."""
        lane, most = ("proven", quota) if proven else ("unproven", quota.part(UNPROVEN))
        now = self._clock()
        if self._alone is not None and now < self._ask_again_at:
            return self._alone.admit(lane, network, most.part(ALONE), now)
        try:
            passes = self._ask(lane, network, most, now)
        except (RedisError, OSError) as error:
            return self._without(error).admit(lane, network, most.part(ALONE), now)
        if self._alone is not None:
            _log.info("Redis answers again: %s are counted together again", self._what)
            self._alone = None
        return passes

    def close(self) -> None:
        """Leave Redis."""
        self._redis.close()

    def _ask(self, lane: str, network: str, most: Quota, now: float) -> bool:
        everybody = f"mailer:{self._what}:{lane}:{int(now // HOUR)}"
        keys = [everybody, f"{everybody}:{network}"]
        return bool(self._script(keys, [most.everybody, most.network if network else 0, HOUR]))

    def _without(self, error: Exception) -> Window:
        self._ask_again_at = self._clock() + _REST
        if self._alone is None:
            _log.warning(
                "Redis cannot be asked, so each process counts %s by itself, to 1/%s of"
                " every limit: %s",
                self._what,
                ALONE,
                error,
            )
            self._alone = Window()
        return self._alone
