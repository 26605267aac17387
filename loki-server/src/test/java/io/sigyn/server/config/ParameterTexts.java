package io.sigyn.server.config;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** What the comments of records say about their components. */
final class ParameterTexts {
  private final Map<String, String> texts = new HashMap<>();

  private ParameterTexts() {}

  /** Reads the sources that lie in the directories. */
  static ParameterTexts read(List<Path> directories) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path directory : directories) {
      try (Stream<Path> list = Files.list(directory)) {
        list.filter(file -> file.toString().endsWith(".java")).sorted().forEach(files::add);
      }
    }
    ParameterTexts result = new ParameterTexts();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, manager, problem -> {}, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(files));
      DocTrees trees = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        result.collect(unit, trees);
      }
    }
    return result;
  }

  private void collect(CompilationUnitTree unit, DocTrees trees) {
    new TreePathScanner<Void, Void>() {
      @Override
      public Void visitClass(ClassTree type, Void nothing) {
        DocCommentTree comment = trees.getDocCommentTree(getCurrentPath());
        if (comment != null) {
          for (DocTree tag : comment.getBlockTags()) {
            if (tag instanceof ParamTree param) {
              texts.put(type.getSimpleName() + "." + param.getName().getName(), text(param.getDescription()));
            }
          }
        }
        return super.visitClass(type, null);
      }
    }.scan(unit, null);
  }

  private static String text(List<? extends DocTree> pieces) {
    StringBuilder out = new StringBuilder();
    for (DocTree piece : pieces) {
      switch (piece) {
        case LiteralTree literal -> out.append('`').append(literal.getBody().getBody().strip()).append('`');
        case LinkTree link -> out.append('`').append(link.getReference().getSignature()).append('`');
        default -> out.append(piece);
      }
    }
    return String.join(" ", out.toString().strip().split("\\s+", -1));
  }

  /** The text about a component. */
  String of(Class<?> record, String component) {
    String text = texts.get(record.getSimpleName() + "." + component);
    if (text == null) {
      throw new AssertionError(
          record.getSimpleName() + " has no @param " + component + "; docs/configuration.md is made from these");
    }
    return text;
  }
}
