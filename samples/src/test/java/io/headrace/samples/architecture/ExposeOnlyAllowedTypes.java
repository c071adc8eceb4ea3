package io.headrace.samples.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Public and protected members, supertypes and type arguments included, name only the types that users are meant to see. */
final class ExposeOnlyAllowedTypes extends ArchCondition<JavaClass> {

    private static final Set<String> ALLOWED = Set.of(
            "java.",
            "io.headrace.",
            "reactor.core.",
            "reactor.util.",
            "org.reactivestreams.",
            "io.r2dbc.spi.",
            "org.jspecify.");

    /** An adapter is named for the optional library whose types it takes. */
    private static final Map<String, Set<String>> ADAPTED = Map.of(
            "Jackson", Set.of("tools.jackson."),
            "Micrometer", Set.of("io.micrometer."),
            "SqliteBlockHound", Set.of("reactor.blockhound."),
            // An extension of the driver, which its service loader wants to be public.
            "Postgresql", Set.of("io.r2dbc.postgresql.", "io.netty.buffer."));

    ExposeOnlyAllowedTypes() {
        super("expose only types of the JDK, Reactor, Reactive Streams, the R2DBC SPI and Headrace");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        Stream<JavaType> superTypes = Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
        Stream<JavaType> fields = type.getFields().stream()
                .filter(field -> isVisible(field.getModifiers()))
                .map(JavaField::getType);
        Stream<JavaType> members = type.getCodeUnits().stream()
                .filter(unit -> isVisible(unit.getModifiers()))
                .flatMap(ExposeOnlyAllowedTypes::typesOf);
        Stream.of(superTypes, fields, members)
                .flatMap(types -> types)
                .flatMap(exposed -> exposed.getAllInvolvedRawTypes().stream())
                .map(JavaClass::getBaseComponentType)
                .filter(exposed -> !isAllowed(exposed) && !isAdapted(type, exposed))
                .distinct()
                .forEach(exposed -> events.add(
                        SimpleConditionEvent.violated(type, type.getName() + " exposes " + exposed.getName())));
    }

    private static Stream<JavaType> typesOf(JavaCodeUnit unit) {
        return Stream.concat(Stream.of(unit.getReturnType()), unit.getParameterTypes().stream());
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        boolean synthetic = modifiers.contains(JavaModifier.SYNTHETIC) || modifiers.contains(JavaModifier.BRIDGE);
        return !synthetic && (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED));
    }

    private static boolean isAdapted(JavaClass adapter, JavaClass type) {
        return ADAPTED.entrySet().stream()
                .anyMatch(library -> adapter.getSimpleName().startsWith(library.getKey())
                        && library.getValue().stream().anyMatch(type.getName()::startsWith));
    }

    private static boolean isAllowed(JavaClass type) {
        return type.isPrimitive() || ALLOWED.stream().anyMatch(type.getName()::startsWith);
    }
}
