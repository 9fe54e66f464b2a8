// Starts the application where the browser can run it; otherwise the advice of index.html stays.
const advice = document.getElementById("advice");
const able =
  typeof WebAssembly === "object" &&
  typeof HTMLDialogElement === "function" &&
  CSS.supports("selector(:has(a))");

// The language that was chosen earlier: its words are loaded beside the program, those of the other when it is chosen.
const chosen = () => {
  try {
    return localStorage.getItem("nippo.language") === "en" ? "en" : "ja";
  } catch {
    return "ja";
  }
};

const text = async (address) => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.text();
};

if (able) {
  // Within four seconds most have it all: the advice would only alarm them.
  document.documentElement.classList.add("booting");
  const patience = setTimeout(() => document.documentElement.classList.remove("booting"), 4000);
  try {
    const nippo = { ja: "{{words-ja}}", en: "{{words-en}}", language: chosen() };
    const words = text(nippo[nippo.language]);
    const { default: start } = await import("{{glue}}");
    globalThis.nippo = { ...nippo, words: await words };
    await start({ module_or_path: "{{wasm}}" });
    advice.remove();
  } finally {
    clearTimeout(patience);
    document.documentElement.classList.remove("booting");
  }
}
