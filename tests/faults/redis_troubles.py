"""The troubles of messages: Redis, the bells that are lost or doubled, the clock's own process."""

from typing import TYPE_CHECKING

from tests.faults.troubles import MOMENT, Trouble

if TYPE_CHECKING:
    from tests.faults.through_redis import ThroughRedis


class RedisKill(Trouble):
    """Redis is killed, and comes back when the worker has died or done what it could."""

    scene = "paced"
    celery, raises = True, True

    def strike(self, play: "ThroughRedis") -> None:
        play.stage.redis.kill()

    def mend(self, play: "ThroughRedis") -> None:
        play.stage.redis.start()


class RedisFlush(Trouble):
    """Redis forgets everything."""

    scene = "paced"
    celery = alternates = True

    def strike(self, play: "ThroughRedis") -> None:
        play.stage.redis.flush()


class MessageLost(Trouble):
    """Nobody's bell is heard but the clock's: the one that asked for the mailing was lost."""

    celery = True
    lives = (False,)

    def arrange(self, play: "ThroughRedis") -> None:
        play.bells = 0
        play.bring("beat")


class MessageDoubled(Trouble):
    """The same message reaches two workers at once."""

    celery = alternates = True

    def arrange(self, play: "ThroughRedis") -> None:
        play.bells = 2

    def strike(self, play: "ThroughRedis") -> None:
        play.bring("celery")
        play.until_over(MOMENT)


class BeatKilled(Trouble):
    """The clock's own process is killed too."""

    celery = alternates = True

    def arrange(self, play: "ThroughRedis") -> None:
        play.bring("beat")

    def strike(self, play: "ThroughRedis") -> None:
        play.company.pop().kill()
