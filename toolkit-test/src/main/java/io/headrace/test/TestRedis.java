package io.headrace.test;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;

/**
 * A part of a Redis server for one test class: a unique key prefix, and what a test wants to ask.
 *
 * <p>Comes from {@link RedisTest} as a parameter, or from {@link RedisServer#createKeyspace}. The helpers here block,
 * each on a short connection of its own with an answer limit of 10 s; call them from threads that may block. Their
 * problems are {@link TestServerException}s.
 */
public final class TestRedis {

    private final RedisAddress address;
    private final String keyPrefix;

    TestRedis(RedisAddress address, String keyPrefix) {
        this.address = address;
        this.keyPrefix = keyPrefix;
    }

    /** The URL to connect to, with credentials and database where there are any. */
    public String url() {
        return address.url();
    }

    /** The URL to connect to by way of a proxy, which should lead to this server. */
    public String urlThrough(FaultProxy proxy) {
        return address.through(proxy.host(), proxy.port()).url();
    }

    /** The host to connect to. */
    public String host() {
        return address.host();
    }

    /** The TCP port to connect to. */
    public int port() {
        return address.port();
    }

    /**
     * What every key of the test has to contain, at its start or, say, within a hash tag. Made of letters, digits,
     * hyphens and a colon at the end; unique, so other test classes on the same server don't meet it.
     */
    public String keyPrefix() {
        return keyPrefix;
    }

    /**
     * Sends one command, for example {@code command("HGET", key, "name")}.
     *
     * @return the reply: one element for a simple one, all elements in order for an array, with nested arrays laid out
     *     flat; {@code (nil)} stands for an absent value
     * @throws TestServerException for an error reply
     */
    @CanIgnoreReturnValue
    public List<String> command(String... words) {
        return RedisCommands.run(address, List.of(words));
    }

    /** The keys of the test that exist now, sorted. */
    public List<String> keys() {
        return RedisCommands.keysWith(address, keyPrefix);
    }

    /** Removes every key that contains the prefix. {@link RedisTest} does it after the class. */
    public void removeKeys() {
        RedisCommands.removeKeysWith(address, keyPrefix);
    }

    @Override
    public String toString() {
        return "test Redis %s with prefix %s".formatted(address, keyPrefix);
    }
}
