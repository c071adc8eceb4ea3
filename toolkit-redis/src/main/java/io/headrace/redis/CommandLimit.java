package io.headrace.redis;

import java.time.Duration;

/**
 * How long a command may take, from its subscription to its reply.
 *
 * @param time from the subscription to the reply
 * @param setting the name under which a user can change it
 */
record CommandLimit(Duration time, String setting) {

    /** Of a command that nobody has limited otherwise. */
    static CommandLimit ofCommands(Duration time) {
        return new CommandLimit(time, "commandTimeout");
    }

    /** What a cache or a limiter waits for, which goes on without an answer. */
    static CommandLimit ofTolerant(Duration time) {
        return new CommandLimit(time, "redisTimeout");
    }

    long nanos() {
        return time.toNanos();
    }

    @Override
    public String toString() {
        return Wording.duration(time);
    }
}
