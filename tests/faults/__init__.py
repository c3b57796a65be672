"""The fault suite: the send path, killed at each of its points and crossed with every other fault.

`docs/faults.md` tells how it works. What is what:

    points       the crash points: which names of the product are wrapped (the only such file)
    hits         wrapping them, counting, and dying or standing still at the n-th
    clock        one clock for all processes, that can let an hour pass in no time
    zygote       a process with everything loaded, that forks a fresh one for each part of a case
    roles        the parts: worker, healer, web, Celery's worker and beat
    stage        a database, a Redis and a folder of the suite's own; a fresh copy for each case
    cast scenes  who is mailed; how the relay behaves and what workers are told
    servers      the relays of a case
    troubles     the other faults, with those of people, relays, redis_troubles; repertoire: by name
    cases        a case and its name; series: which there are
    play         one case from beginning to end; through_redis: the same with Celery's own parts
    verdict      the invariants, from the relay's log and the database
    half         all cases on one database; programme: one after the other
    report       what a reader can check
"""
