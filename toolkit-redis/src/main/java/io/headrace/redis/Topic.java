package io.headrace.redis;

/**
 * What can be subscribed.
 *
 * @param pattern whether the name is a pattern
 * @param name of a channel, or a pattern of names
 */
record Topic(boolean pattern, String name) {

    @Override
    public String toString() {
        return (pattern ? "PSUBSCRIBE '" : "SUBSCRIBE '") + name + "'";
    }
}
