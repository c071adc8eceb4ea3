package io.headrace.core.sql;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The texts that were rendered last, least recently used out first. Thread-safe; holds at most the number of texts it
 * was made for, and no text longer than 64 Ki characters.
 *
 * @param <V> what a text becomes
 */
public final class NamedSqlCache<V> {

    // Longer texts are generated ones (multi-row VALUES and the like) and seldom come again.
    private static final int LONGEST_TEXT = 65_536;

    private final Map<String, V> rendered;
    private final Function<String, V> render;

    /**
     * @param limit how many texts are kept at most
     * @param render makes the value of a text that is not there
     */
    public NamedSqlCache(int limit, Function<String, V> render) {
        this.render = render;
        this.rendered = new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > limit;
            }
        };
    }

    /** The value of this text, made now if it is not there. */
    public V get(String text) {
        synchronized (rendered) {
            V known = rendered.get(text);
            if (known != null) {
                return known;
            }
        }
        V made = render.apply(text);
        if (text.length() <= LONGEST_TEXT) {
            synchronized (rendered) {
                rendered.put(text, made);
            }
        }
        return made;
    }
}
