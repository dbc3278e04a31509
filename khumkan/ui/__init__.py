"""The look of every page: base layout, components, form fields, charts, documents.

It has no tables and knows nothing of the office's business. What a page needs from above (navigation, the signed-in
person's menu) is handed in by the function that `UI_NAVIGATION` names. `README.md` shows how pages are made.
"""
