package io.headrace.sqlite;

import java.util.LinkedHashMap;
import java.util.Map;

/** The texts that were scanned last, for one factory. */
final class SqlTextCache {

    /** As many texts as two connections hold prepared by default. */
    private static final int SIZE = 512;
    /** A longer one, such as an INSERT with its values written out, is rarely seen twice. */
    private static final int LONGEST = 16_384;

    private final Map<String, SqlText> texts = new LinkedHashMap<>(64, 0.75f, true);

    SqlText get(String sql) {
        if (sql.length() > LONGEST) {
            return SqlScanner.scan(sql);
        }
        synchronized (texts) {
            SqlText known = texts.get(sql);
            if (known != null) {
                return known;
            }
        }
        SqlText scanned = SqlScanner.scan(sql);
        synchronized (texts) {
            texts.put(sql, scanned);
            if (texts.size() > SIZE) {
                texts.remove(texts.keySet().iterator().next());
            }
        }
        return scanned;
    }
}
