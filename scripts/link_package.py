"""Make the checkout importable in its virtual environment, and give it the `khumkan` command.

The same as an editable installation, without a build tool that would have to be fetched first.
"""

import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

packages = Path(sysconfig.get_path("purelib"))
(packages / "khumkan.pth").write_text(f"{ROOT}\n")
command = Path(sysconfig.get_path("scripts")) / "khumkan"
# processes that it starts read the file again under another name: they must not run the command a second time
command.write_text(
    f'#!{sys.executable}\nfrom khumkan.command.main import main\n\nif __name__ == "__main__":\n    main()\n'
)
command.chmod(0o755)
