import { nodeId } from '../accounts/shape.js';
import { type Hub, newId } from '../hub.js';
import { repositoryShape } from '../repository/shape.js';
import type { Schema } from '../schemas.js';
import type { Label } from '../state.js';

const DEFAULT_COLOR = 'ededed';

/** Labels compare without case; one that is used before it is made gets GitHub's grey. */
export function labelNamed(hub: Hub, name: string): Label {
  const known = hub.state.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
  if (known !== undefined) return known;
  const label: Label = { id: newId(hub), name, color: DEFAULT_COLOR, description: null };
  hub.state.labels.push(label);
  return label;
}

export function labelShape(hub: Hub, name: string): Schema<'label'> {
  const label = labelNamed(hub, name);
  return {
    id: label.id,
    node_id: nodeId('Label', label.id),
    url: `${repositoryShape(hub).url}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    description: label.description,
    color: label.color,
    default: false,
  };
}
