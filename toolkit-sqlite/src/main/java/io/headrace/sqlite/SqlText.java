package io.headrace.sqlite;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A text cut into statements, with its parameters.
 *
 * @param parameters how each parameter is written, such as {@code :name} or {@code ?2}; null for a number that does not occur
 */
record SqlText(List<SqlPiece> pieces, List<@Nullable String> parameters) {

    private static final String PREFIXES = ":@$?";

    SqlText {
        pieces = List.copyOf(pieces);
        parameters = new ArrayList<>(parameters);
    }

    int parameterCount() {
        return parameters.size();
    }

    boolean occurs(int index) {
        return parameters.get(index) != null;
    }

    /** By the name with or without its prefix. */
    int indexOf(String name) {
        for (int index = 0; index < parameters.size(); index++) {
            if (name.equals(parameters.get(index))) {
                return index;
            }
        }
        int found = -1;
        for (int index = 0; index < parameters.size(); index++) {
            String written = parameters.get(index);
            if (written != null
                    && PREFIXES.indexOf(written.charAt(0)) >= 0
                    && written.substring(1).equals(name)) {
                if (found >= 0) {
                    throw new IllegalArgumentException("'%s' may be %s or %s; give the name with its prefix"
                            .formatted(name, parameters.get(found), written));
                }
                found = index;
            }
        }
        if (found < 0) {
            throw new NoSuchElementException("there is no parameter '" + name + "'; the statement has " + names());
        }
        return found;
    }

    List<String> names() {
        List<String> names = new ArrayList<>();
        for (String name : parameters) {
            if (name != null) {
                names.add(name);
            }
        }
        return names;
    }
}
