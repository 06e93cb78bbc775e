import { Column, Entity, PrimaryColumn } from 'typeorm';
import { timestamp } from '../database/columns';

/** A plain role that a feature brought. Administrators may have renamed or deleted it since. */
@Entity('seeded_roles')
export class SeededRole {
  @PrimaryColumn({ length: 64 })
  name!: string;

  /** `null`: it was not made, as there was one of that name. */
  @Column({ name: 'role_id', type: 'int', nullable: true })
  roleId!: number | null;

  @Column(timestamp)
  since!: Date;
}
