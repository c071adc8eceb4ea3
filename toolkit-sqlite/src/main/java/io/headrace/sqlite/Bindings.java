package io.headrace.sqlite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The values of a statement's parameters, once for each time that it is to run. */
final class Bindings {

    /** Not bound yet; null is a value. */
    private static final Object MISSING = new Object();

    private final SqlText text;
    private final List<@Nullable Object[]> complete = new ArrayList<>();
    private @Nullable Object[] current;
    /** Something was bound since the last {@link #add}. */
    private boolean touched;

    Bindings(SqlText text) {
        this.text = text;
        this.current = empty();
    }

    private @Nullable Object[] empty() {
        @Nullable Object[] values = new @Nullable Object[text.parameterCount()];
        for (int index = 0; index < values.length; index++) {
            values[index] = text.occurs(index) ? MISSING : null;
        }
        return values;
    }

    void bind(int index, @Nullable Object value) {
        if (index < 0 || index >= current.length || !text.occurs(index)) {
            throw new IndexOutOfBoundsException(
                    "there is no parameter with the index " + index + "; the statement has " + text.names());
        }
        current[index] = value;
        touched = true;
    }

    void add() {
        requireComplete();
        complete.add(current);
        current = empty();
        touched = false;
    }

    /** All of them, the one that is being bound included. */
    List<@Nullable Object[]> finish() {
        if (!complete.isEmpty() && !touched) {
            if (text.parameterCount() > 0) {
                throw new IllegalStateException("nothing was bound behind the last add(); leave that add() out");
            }
            return complete;
        }
        requireComplete();
        List<@Nullable Object[]> all = new ArrayList<>(complete);
        all.add(current.clone());
        return all;
    }

    private void requireComplete() {
        int missing = Arrays.asList(current).indexOf(MISSING);
        if (missing >= 0) {
            throw new IllegalStateException(
                    "parameter " + text.parameters().get(missing) + " is not bound; bind all of " + text.names());
        }
    }
}
