package io.headrace.core.sql;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * What was made of the texts that were used last, least recently used out first. Thread-safe; holds at most the number of
 * texts it was made for, and no text longer than 64 Ki characters.
 *
 * @param <V> what a text becomes
 */
public final class SqlTextCache<V> {

    // Longer texts are generated ones (multi-row VALUES and the like) and seldom come again.
    private static final int LONGEST_TEXT = 65_536;

    private final Map<String, V> known;
    private final Function<String, V> make;

    /**
     * @param limit how many texts are kept at most
     * @param make makes the value of a text that is not there
     */
    public SqlTextCache(int limit, Function<String, V> make) {
        this.make = make;
        this.known = new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > limit;
            }
        };
    }

    /** The value of this text, made now if it is not there. */
    public V get(String text) {
        synchronized (known) {
            V value = known.get(text);
            if (value != null) {
                return value;
            }
        }
        V made = make.apply(text);
        if (text.length() <= LONGEST_TEXT) {
            synchronized (known) {
                known.put(text, made);
            }
        }
        return made;
    }
}
