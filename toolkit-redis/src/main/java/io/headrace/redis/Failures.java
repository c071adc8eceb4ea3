package io.headrace.redis;

import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Words the errors of one connection: what, where, limit, advice. */
final class Failures {

    private final String place;

    Failures(Object address) {
        this.place = "redis '" + address + "'";
    }

    /** Of one node of a cluster. */
    Failures(Object address, RedisEndpoint node) {
        this.place = "redis '" + address + "', node " + node;
    }

    RedisException closed(Object command) {
        return new RedisClosedException(place + ": " + command + " was not sent because the toolkit is closed.");
    }

    RedisException queueFull(Object command, int limit) {
        return new RedisQueueFullException(
                place + ": " + command + " was refused because " + limit + " commands are waiting already (limit "
                        + limit + "). Lower the concurrency of the callers, or raise maxWaitingCommands.",
                limit);
    }

    RedisException notWritten(Object command, CommandLimit limit, int waiting) {
        return new RedisTimeoutException(
                place + ": " + command + " was not sent within " + limit + " (" + waiting
                        + " commands waiting). It was not executed; lower the load or raise " + limit.setting() + ".",
                false);
    }

    RedisException noReply(Object command, CommandLimit limit, int inFlight) {
        return new RedisTimeoutException(
                place + ": no reply to " + command + " within " + limit + " (" + inFlight
                        + " in flight). It may have been executed; look for a slow command on the server, or raise "
                        + limit.setting() + ".",
                true);
    }

    RedisException unavailable(Object command, CommandLimit limit, @Nullable Throwable cause) {
        return new RedisUnavailableException(
                place + ": " + command + " found no connection within " + limit
                        + ". It was not executed; check that the server runs and can be reached."
                        + because(cause),
                cause);
    }

    RedisException refused(Object command, Throwable cause) {
        return new RedisUnavailableException(
                place + ": " + command + " was not sent because the server refused the connection. Check user, password"
                        + " and database." + because(cause),
                cause);
    }

    RedisException lost(Object command, @Nullable Throwable cause) {
        return new RedisOutcomeUnknownException(
                place + ": the connection was lost before the reply to " + command + ". It may have been executed."
                        + because(cause),
                cause);
    }

    /** Whether the server itself answered with an error; everything else means that the connection is gone. */
    static boolean isReply(Throwable error) {
        return error instanceof Response && !"CONNECTION_CLOSED".equals(error.getMessage());
    }

    RedisException notConfirmed(Object subscription, Duration timeout, @Nullable Throwable cause) {
        return new RedisUnavailableException(
                place + ": " + subscription + " was not confirmed within " + Wording.duration(timeout)
                        + "; check that the server runs and can be reached." + because(cause),
                cause);
    }

    RedisException overflow(Object subscription, int limit) {
        return new RedisOverflowException(
                place + ": " + subscription + " was ended because " + limit
                        + " messages wait for its subscriber (limit " + limit
                        + "). Handle them faster, raise the buffer of PubSubConfig, or let it drop messages.",
                limit);
    }

    static Throwable unwrapped(Throwable error) {
        Throwable cause = error.getCause();
        return error instanceof CompletionException && cause != null ? cause : error;
    }

    RedisException reply(Object command, Throwable error) {
        String told = error.getMessage() == null ? "ERR" : error.getMessage();
        // an "unknown command" reply repeats the arguments, which may be values
        int arguments = told.indexOf(", with args");
        String message = arguments < 0 ? told : told.substring(0, arguments);
        int space = message.indexOf(' ');
        String code = (space < 0 ? message : message.substring(0, space)).toUpperCase(Locale.ROOT);
        return new RedisReplyException(place + ": " + command + " failed: " + message, code, message);
    }

    private static String because(@Nullable Throwable cause) {
        return cause == null ? "" : " Cause: " + cause.getMessage();
    }
}
