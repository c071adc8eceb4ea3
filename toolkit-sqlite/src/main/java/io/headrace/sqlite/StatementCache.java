package io.headrace.sqlite;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The prepared statements of one connection that nobody uses just now. */
final class StatementCache {

    private final int size;
    private final Function<String, NativeStatement> prepare;
    private final Map<String, NativeStatement> idle = new LinkedHashMap<>(64, 0.75f, true);

    StatementCache(int size, Function<String, NativeStatement> prepare) {
        this.size = size;
        this.prepare = prepare;
    }

    /** One that is used by nobody else until it is given back. */
    NativeStatement take(String sql) {
        NativeStatement known = idle.remove(sql);
        return known == null ? prepare.apply(sql) : known;
    }

    /** Takes it back, its execution ended. */
    void giveBack(String sql, NativeStatement statement) {
        if (statement.isFinalized()) {
            return;
        }
        statement.reset();
        if (size == 0 || idle.containsKey(sql)) {
            statement.close();
            return;
        }
        statement.clear();
        idle.put(sql, statement);
        if (idle.size() > size) {
            String eldest = idle.keySet().iterator().next();
            NativeStatement evicted = idle.remove(eldest);
            if (evicted != null) {
                evicted.close();
            }
        }
    }

    void clear() {
        idle.values().forEach(NativeStatement::close);
        idle.clear();
    }
}
