package io.headrace.core;

import io.headrace.core.dialect.Dialect;
import io.headrace.core.sql.ListPlace;
import io.headrace.core.sql.NamedSql;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A text as the driver gets it.
 *
 * @param text the text with markers
 * @param markers what stands for each marker, in their order
 * @param idleParameterText the text to stream rows by, where it needs a parameter of its own for that
 * @param isStreamable whether the driver reads this statement in chunks, on demand, and stops between two of them
 */
record SqlVariant(String text, List<Marker> markers, Optional<String> idleParameterText, boolean isStreamable) {

    /**
     * What stands for a marker.
     *
     * @param parameter which of the names it is, counted from 0
     * @param element which element of the list that is bound to it, counted from 0
     */
    record Marker(int parameter, int element) {}

    static SqlVariant of(NamedSql named, Dialect dialect, Map<String, Integer> listMarkers) {
        return new Writer(named, dialect, listMarkers).write();
    }

    private static final class Writer {

        private final NamedSql named;
        private final List<String> names;
        private final Dialect dialect;
        private final Map<String, Integer> listMarkers;
        private final StringBuilder text = new StringBuilder();
        private final List<Marker> markers = new ArrayList<>();
        private final Map<String, Integer> firstMarkers = new HashMap<>();

        Writer(NamedSql named, Dialect dialect, Map<String, Integer> listMarkers) {
            this.named = named;
            this.names = List.copyOf(named.names());
            this.dialect = dialect;
            this.listMarkers = listMarkers;
        }

        SqlVariant write() {
            int skipped = 0;
            for (int i = 0; i < named.occurrences().size(); i++) {
                String name = named.occurrences().get(i);
                Integer size = listMarkers.get(name);
                ListPlace place = size == null ? null : listAt(i);
                String part = named.parts().get(i);
                text.append(part, skipped, part.length() - (place == null ? 0 : place.before()));
                skipped = place == null ? 0 : place.after();
                if (place == null || size == null) {
                    text.append(marker(name, 0));
                } else if (dialect.matchesArrays()) {
                    text.append(place.negated() ? "<> ALL (" : "= ANY (")
                            .append(size == 0 ? "'{}'" : marker(name, 0))
                            .append(')');
                } else {
                    text.append(place.negated() ? "NOT IN (" : "IN (");
                    list(name, size);
                    text.append(')');
                }
            }
            String end = named.parts().get(named.occurrences().size());
            String all =
                    dialect.driverText(text.append(end, skipped, end.length()).toString());
            Optional<String> idle = markers.isEmpty() ? dialect.withIdleParameter(all) : Optional.empty();
            boolean bound = !markers.isEmpty() || idle.isPresent();
            return new SqlVariant(all, List.copyOf(markers), idle, dialect.streams(bound));
        }

        private void list(String name, int size) {
            if (size == BoundList.AS_JSON) {
                text.append(dialect.elementsOfJson(marker(name, 0)).orElseThrow());
            } else if (size == 0) {
                // No value can be equal to nothing, whatever the type, and NULL is not in it either.
                text.append(dialect.noValues());
            }
            for (int element = 0; element < size; element++) {
                text.append(element == 0 ? "" : ", ").append(marker(name, element));
            }
        }

        private String marker(String name, int element) {
            Integer known = dialect.repeatsMarkers() ? firstMarkers.get(name) : null;
            if (known != null && known + element < markers.size()) {
                return dialect.marker(known + element);
            }
            if (element == 0) {
                firstMarkers.put(name, markers.size());
            }
            markers.add(new Marker(names.indexOf(name), element));
            return dialect.marker(markers.size() - 1);
        }

        private @Nullable ListPlace listAt(int occurrence) {
            return named.lists().stream()
                    .filter(place -> place.occurrence() == occurrence)
                    .findFirst()
                    .orElse(null);
        }
    }
}
