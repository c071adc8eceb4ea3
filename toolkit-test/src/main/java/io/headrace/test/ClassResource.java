package io.headrace.test;

import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** A value that lives as long as the outermost test class, shared with the nested ones. */
final class ClassResource {

    private static final Namespace NAMESPACE = Namespace.create(ClassResource.class);

    private ClassResource() {}

    /** The value of this type, made on first use by a function that gets the simple name of the class. */
    static <T extends AutoCloseable> T of(ExtensionContext context, Class<T> type, Function<String, T> maker) {
        ExtensionContext outermost = outermostClass(context);
        return outermost
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(
                        type,
                        key -> maker.apply(outermost.getRequiredTestClass().getSimpleName()),
                        type);
    }

    private static ExtensionContext outermostClass(ExtensionContext context) {
        ExtensionContext outermost = context;
        for (ExtensionContext parent = context.getParent().orElse(null);
                parent != null && parent.getTestClass().isPresent();
                parent = parent.getParent().orElse(null)) {
            outermost = parent;
        }
        return outermost;
    }
}
