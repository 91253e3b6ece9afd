import "./shell.js";
import "./dialogs.js";
import "./lines.js";
import "./toolbar.js";
import "./composer.js";
import "./picker.js";
