package io.headrace.core.mapping;

import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.RowMetadata;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What was made of the shapes of results, so that a statement that is executed again is not planned again. Found by the
 * metadata object within one result, and by names and types of the columns over several.
 */
final class PlanCache<P> {

    /** Results that are read at the same time; a power of two. A collision costs a comparison of names, no more. */
    private static final int RECENT = 32;

    /** Statements differ little in what they select into one type; past this something generates them. */
    private static final int SHAPES = 16;

    /** Weak, since the metadata of a driver holds on to its connection. */
    private static final class Known<P> extends WeakReference<RowMetadata> {
        private final P plan;

        Known(RowMetadata metadata, P plan) {
            super(metadata);
            this.plan = plan;
        }
    }

    private record Shape<P>(List<String> names, List<Object> types, P plan) {

        boolean matches(List<? extends ColumnMetadata> columns) {
            if (columns.size() != names.size()) {
                return false;
            }
            for (int i = 0; i < names.size(); i++) {
                ColumnMetadata column = columns.get(i);
                if (!names.get(i).equals(column.getName()) || !types.get(i).equals(typeOf(column))) {
                    return false;
                }
            }
            return true;
        }
    }

    private final Function<List<? extends ColumnMetadata>, P> planner;

    /** Written without a lock: entries are immutable, and a lost one is only found again. */
    private final @Nullable Known<P>[] recent;

    private volatile List<Shape<P>> shapes = List.of();

    @SuppressWarnings({"unchecked", "rawtypes"})
    PlanCache(Function<List<? extends ColumnMetadata>, P> planner) {
        this.planner = planner;
        this.recent = new Known[RECENT];
    }

    P get(RowMetadata metadata) {
        int slot = System.identityHashCode(metadata) & (RECENT - 1);
        Known<P> known = recent[slot];
        if (known != null && known.refersTo(metadata)) {
            return known.plan;
        }
        P plan = ofShape(metadata.getColumnMetadatas());
        recent[slot] = new Known<>(metadata, plan);
        return plan;
    }

    private P ofShape(List<? extends ColumnMetadata> columns) {
        for (Shape<P> shape : shapes) {
            if (shape.matches(columns)) {
                return shape.plan;
            }
        }
        P plan = planner.apply(columns);
        remember(new Shape<>(
                columns.stream().map(ColumnMetadata::getName).toList(),
                columns.stream().map(PlanCache::typeOf).toList(),
                plan));
        return plan;
    }

    private synchronized void remember(Shape<P> shape) {
        List<Shape<P>> more = new ArrayList<>(shapes.size() + 1);
        more.add(shape);
        more.addAll(shapes.subList(0, Math.min(shapes.size(), SHAPES - 1)));
        shapes = List.copyOf(more);
    }

    private static Object typeOf(ColumnMetadata column) {
        Object type = column.getNativeTypeMetadata();
        return type == null ? column.getType().getName() : type;
    }
}
